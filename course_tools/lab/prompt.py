"""Messages from the kernel go out to the browser at once.

Otherwise TCP holds a small message back until the browser has confirmed the one before it (Nagle 1984), which
it puts off by up to 40 ms: pictures of a running game would come in bursts, half of them unseen.
"""

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Jupyter's own connection, without the delay."""

    def connect(self):
        """Open the channels to the kernel."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()
