"""The few elements that pictures are made of. All text is escaped here."""

from __future__ import annotations

from markupsafe import Markup, escape

Value = str | int | float | None


def element(name: str, *children: str, **attributes: Value) -> Markup:
    """An SVG element. Children are text, or elements made here; an attribute that is None is left out.

    `class_` is written for `class`, and `_` for `-`.
    """
    written = Markup("").join(
        Markup(' {}="{}"').format(_attribute(key), _number(value))
        for key, value in attributes.items()
        if value is not None
    )
    inside = Markup("").join(escape(child) for child in children)
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), written, inside)


def picture(
    key: str, title: str, description: str, *children: str, width: float, height: float, **more: Value
) -> Markup:
    """A whole picture. key makes its ids unique on the page.

    One with links inside is a group to assistive technology, so that the links can be reached; any other one image.
    """
    linked = any("<a " in child for child in children)
    return element(
        "svg",
        element("title", title, id=f"{key}-title"),
        element("desc", description, id=f"{key}-desc"),
        *children,
        **{
            "role": "group" if linked else "img",
            "aria_labelledby": f"{key}-title",
            "aria_describedby": f"{key}-desc",
            "viewBox": f"0 0 {_number(width)} {_number(height)}",
            **more,
        },
    )


def group(*children: str, **attributes: Value) -> Markup:
    """Elements that belong together."""
    return element("g", *children, **attributes)


def link(href: str, *children: str, **attributes: Value) -> Markup:
    """Elements that lead somewhere."""
    return element("a", *children, href=href, **attributes)


def text(words: str, x: float, y: float, **attributes: Value) -> Markup:
    """A line of text at a point."""
    return element("text", words, x=x, y=y, **attributes)


def rect(x: float, y: float, width: float, height: float, *children: str, **attributes: Value) -> Markup:
    """A box; children may hold its title."""
    return element("rect", *children, x=x, y=y, width=width, height=height, **attributes)


def _attribute(key: str) -> Markup:
    return Markup(key.rstrip("_").replace("_", "-"))


def _number(value: Value) -> str:
    """Two decimals are a fiftieth of a pixel, and half the bytes."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
