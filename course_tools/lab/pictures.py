"""A notebook's file holds each picture once, as an image, which every program and every code host can show.

JupyterLab drops an image's description. So what it reads gets HTML beside it, and what it writes loses it.
"""

from html import escape

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

PNG, HTML = "image/png", "text/html"


class Contents(AsyncLargeFileManager):
    """Jupyter's own access to files; the pictures of a notebook that is read carry their description."""

    async def get(self, *arguments, **options) -> dict:
        """As Jupyter's own."""
        model = await super().get(*arguments, **options)
        if model["type"] == "notebook" and model["content"] is not None:
            describe(model["content"])
        return model


def describe(notebook: dict) -> None:
    """Give each described image of a notebook its HTML."""
    for output, look in _described(notebook):
        source = f"data:{PNG};base64,{''.join(output['data'][PNG])}".replace("\n", "")
        width = f' width="{look["width"]}"' if "width" in look else ""
        element = f'<img src="{source}" alt="{escape(look["alt"])}"{width} style="max-width: 100%">'
        output["data"] = {HTML: element} | output["data"]


def drop_html(notebook: dict) -> None:
    """Leave each described image of a notebook without HTML."""
    for output, _ in _described(notebook):
        output["data"].pop(HTML, None)


def _described(notebook: dict) -> list[tuple[dict, dict]]:
    """The outputs that hold an image and its description; and what is said about the image."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    looks = [(output, output.get("metadata", {}).get(PNG, {})) for output in outputs]
    return [(output, look) for output, look in looks if PNG in output.get("data", {}) and "alt" in look]
