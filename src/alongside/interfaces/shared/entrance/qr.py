"""A code as a picture that phones read, drawn here: no picture of a secret comes from elsewhere."""

from __future__ import annotations

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString
from qrcode.constants import ERROR_CORRECT_M

BORDER = 4


def qr_picture(text: str) -> SafeString:
    """The text as a drawing; whoever cannot see it finds the text beside it."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=BORDER)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    path = "".join(
        f"M{column} {row}h1v1h-1z"
        for row, line in enumerate(matrix)
        for column, is_dark in enumerate(line)
        if is_dark
    )
    return format_html(
        '<svg class="qr-code" viewBox="0 0 {0} {0}" aria-hidden="true" focusable="false">'
        '<path class="qr-paper" d="M0 0h{0}v{0}H0z"/><path d="{1}"/></svg>',
        len(matrix),
        path,
    )
