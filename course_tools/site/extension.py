"""What Sphinx does in another way for this site: formulas, tables, and what templates know about a page."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from course_tools.site.formulas import Formulas

FORMULAS = Formulas()


class Tables(SphinxPostTransform):
    """Tables scroll within a box of their own, and a head in which nothing stands is left out."""

    default_priority = 400

    def run(self, **_) -> None:
        """Change all tables of a page."""
        for table in list(self.document.findall(nodes.table)):
            for head in list(table.findall(nodes.thead)):
                if not head.astext().strip():
                    head.parent.remove(head)
            table.replace_self(nodes.container("", table.deepcopy(), classes=["wide"]))


def setup(app: Sphinx) -> dict:
    """Sphinx calls this."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    app.add_post_transform(Tables)
    app.connect("html-page-context", _add_context)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(writer, node: nodes.math) -> None:
    writer.body.append(FORMULAS.inline(node.astext()))
    raise nodes.SkipNode


def _block(writer, node: nodes.math_block) -> None:
    writer.body.append(FORMULAS.display(node.astext()))
    raise nodes.SkipNode


def _add_context(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    context["has_math"] = "<math" in context.get("body", "")
