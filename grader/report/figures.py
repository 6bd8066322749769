"""A drawing that knows how to stand in a browser's page and how to stand on paper.

In a browser it is inline SVG, so that its text uses the page's fonts. On paper it is an image:
WeasyPrint then computes no style for its elements, which saves a quarter of the PDF's time.
"""

import base64
from dataclasses import dataclass

from markupsafe import Markup, escape

from grader.report.text import clean

NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


@dataclass(frozen=True)
class Figure:
    """SVG content (trusted markup), its view box, its CSS class and its description in words."""

    css_class: str
    view_box: tuple[float, float]
    description: str
    content: str

    def _svg(self, attributes: str) -> str:
        width, height = self.view_box
        return (
            f'<svg {attributes} viewBox="0 0 {width:g} {height:g}" stroke-linejoin="round">'
            f"<title>{escape(clean(self.description))}</title>{self.content}</svg>"
        )

    def on_screen(self) -> Markup:
        """The drawing as an `svg` element."""
        return Markup(self._svg(f'class="{self.css_class}" role="img"'))

    def on_paper(self) -> Markup:
        """The drawing as an `img` element with a data URL."""
        width, height = self.view_box
        svg = self._svg(f'{NAMESPACES} width="{width:g}" height="{height:g}"')
        data = base64.b64encode(svg.encode()).decode()
        return Markup('<img class="{}" alt="{}" src="data:image/svg+xml;base64,{}" />').format(
            self.css_class, clean(self.description), data
        )
