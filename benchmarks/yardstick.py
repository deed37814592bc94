"""The bare script that packs are measured against: one docxtpl render and one write_pdf for each document.

Usage: yardstick.py INPUT OUTPUT. INPUT holds pairs NAME.docx and NAME.html; nothing is selected, assembled or checked.
"""

import sys
from pathlib import Path

from docxtpl import DocxTemplate
from weasyprint import HTML

source, target = Path(sys.argv[1]), Path(sys.argv[2])
target.mkdir()
for page in sorted(source.glob("*.html")):
    template = DocxTemplate(page.with_suffix(".docx"))
    template.render({}, autoescape=True)
    template.save(target / f"{page.stem}.docx")
    HTML(page).write_pdf(target / f"{page.stem}.pdf", pdf_variant="pdf/ua-1")
