"""Numbers as people read them: a true minus sign, and no sign at nothing."""

MINUS = "\N{MINUS SIGN}"


def printed(value: float, form: str = "%.0f") -> str:
    """Write a number by a form of the `%` operator.

    >>> printed(12, "%+.0f"), printed(-0.3), printed(0.2, "%+.0f")
    ('+12', '0', '0')
    >>> printed(-34.4, "%+.0f") == MINUS + "34"
    True
    """
    text = form % value
    return text.lstrip("+-") if float(text) == 0 else text.replace("-", MINUS)
