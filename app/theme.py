"""The colours of the window. The photographs are the only colour; one accent marks the focus."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette, QStyleHints
from PySide6.QtWidgets import QApplication

from core.photo import ColorLabel


@dataclass(frozen=True, slots=True)
class Theme:
    """Named colours, as #rrggbb. All greys are neutral, so that no hue shifts a photograph."""

    name: str
    window: str  # bars and panels
    canvas: str  # behind photographs
    raised: str  # buttons, fields
    hover: str
    field: str  # where one types
    line: str  # separators and frames
    selected: str  # behind a selected photograph
    text: str
    quiet: str  # secondary text
    disabled: str
    accent: str  # focus and progress
    on_accent: str
    star: str
    pick: str
    reject: str


DARK = Theme(
    name="dark",
    window="#2b2b2b",
    canvas="#1e1e1e",
    raised="#3a3a3a",
    hover="#464646",
    field="#1e1e1e",
    line="#191919",
    selected="#484848",
    text="#e4e4e4",
    quiet="#b8b8b8",
    disabled="#727272",
    accent="#63a2dc",
    on_accent="#10151a",
    star="#e6e6e6",
    pick="#f2f2f2",
    reject="#ea8278",
)

LIGHT = Theme(
    name="light",
    window="#ececec",
    canvas="#d4d4d4",
    raised="#fafafa",
    hover="#ffffff",
    field="#ffffff",
    line="#bcbcbc",
    selected="#b4b4b4",
    text="#1c1c1c",
    quiet="#454545",
    disabled="#757575",
    accent="#14599a",
    on_accent="#ffffff",
    star="#262626",
    pick="#1c1c1c",
    reject="#b3261e",
)

HIGH_CONTRAST = Theme(
    name="high_contrast",
    window="#000000",
    canvas="#000000",
    raised="#161616",
    hover="#3a3a3a",
    field="#000000",
    line="#ffffff",
    selected="#404040",
    text="#ffffff",
    quiet="#e4e4e4",
    disabled="#a8a8a8",
    accent="#ffd400",
    on_accent="#000000",
    star="#ffffff",
    pick="#ffffff",
    reject="#ff9a90",
)

ALL = (DARK, LIGHT, HIGH_CONTRAST)
SYSTEM = "system"  # the name of the choice to do as the system does
_WORN = "shortlist_theme"  # where the application keeps the name of the theme it wears

LABEL_COLORS = {
    ColorLabel.RED: "#d2453c",
    ColorLabel.YELLOW: "#d8b32f",
    ColorLabel.GREEN: "#4f9e4a",
    ColorLabel.BLUE: "#4a78c8",
    ColorLabel.PURPLE: "#8a5bb5",
}

_SHEET = """
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {line}; padding: 3px; }}
QMainWindow::separator {{ background: {line}; width: 1px; height: 1px; }}
QSplitter::handle {{ background: {line}; }}
QMenuBar {{ background: {window}; color: {text}; }}
QMenuBar::item {{ padding: 4px 9px; background: transparent; }}
QMenuBar::item:selected {{ background: {hover}; }}
QToolButton, QPushButton {{
    background: {raised}; color: {text}; border: 1px solid {line}; border-radius: 3px;
    padding: 3px 8px; min-height: 18px;
}}
QToolButton:hover, QPushButton:hover {{ background: {hover}; }}
QToolButton:checked, QPushButton:checked {{ background: {selected}; border-color: {quiet}; }}
QToolButton:disabled, QPushButton:disabled {{ color: {disabled}; }}
QToolButton:focus, QPushButton:focus, QLineEdit:focus {{ border-color: {accent}; }}
QToolButton::menu-indicator {{ image: none; }}
QComboBox {{ min-height: 24px; }}
QComboBox#flat {{
    background: {raised}; color: {text}; border: 1px solid {line}; border-radius: 3px;
    padding: 3px 6px; min-height: 18px;
}}
QComboBox#flat:hover {{ background: {hover}; }}
QComboBox#flat:focus {{ border-color: {accent}; }}
QComboBox#flat::drop-down {{ border: none; width: 14px; }}
QComboBox QAbstractItemView {{ background: {raised}; color: {text}; border: 1px solid {line};
    selection-background-color: {selected}; selection-color: {text}; }}
QLineEdit {{
    background: {field}; color: {text}; border: 1px solid {line}; border-radius: 3px;
    padding: 3px 6px; min-height: 18px;
}}
QAbstractSpinBox QLineEdit {{ background: transparent; border: none; padding: 0; min-height: 0; }}
QLineEdit:disabled {{ color: {disabled}; }}
QLineEdit QToolButton {{ background: transparent; border: none; padding: 0; min-height: 0; }}
QAbstractScrollArea {{ border: none; }}
QTreeView, QTableView {{ outline: none; border: 1px solid {line};
    selection-background-color: {selected}; selection-color: {text}; }}
QTreeView:focus, QTableView:focus {{ border-color: {accent}; }}
QListView:focus {{ outline: none; }}
QScrollArea {{ border: 1px solid transparent; }}
QScrollArea:focus {{ border-color: {accent}; }}
QWidget#canvas {{ background: {canvas}; }}
QToolButton#news {{ border-color: {accent}; }}
QToolButton#flat {{ background: transparent; border-color: transparent; color: {quiet}; }}
QToolButton#flat:hover {{ background: {hover}; color: {text}; }}
QToolButton#flat:focus {{ border-color: {accent}; color: {text}; }}
QFrame#palette {{ background: {window}; border: 1px solid {quiet}; border-radius: 4px; }}
QWidget#banner {{ background: {raised}; border-bottom: 1px solid {line}; }}
QSlider::groove:horizontal {{ height: 4px; background: {disabled}; border-radius: 2px; }}
QSlider::handle:horizontal {{ width: 14px; margin: -5px 0; border-radius: 7px;
    background: {quiet}; }}
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus {{ background: {text}; }}
QLabel#quiet {{ color: {quiet}; }}
QLabel#title {{ font-size: 15pt; }}
QWidget#bar {{ background: {window}; }}
QWidget#statusBar {{ background: {window}; border-top: 1px solid {line}; }}
QScrollBar {{ background: {canvas}; border: none; }}
QScrollBar:vertical {{ width: 12px; }}
QScrollBar:horizontal {{ height: 12px; }}
QScrollBar::handle {{ background: {disabled}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {quiet}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QProgressBar {{ background: {selected}; border: none; border-radius: 2px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 2px; }}
QTableView::item {{ padding: 0 3px; }}
QHeaderView::section {{ background: {raised}; color: {text}; border: none; padding: 4px 6px; }}
"""


def theme_named(name: str) -> Theme:
    """The theme for a setting: the name of one, or "system"."""
    if name == SYSTEM:
        return _theme_of_system(QGuiApplication.styleHints())
    return next((theme for theme in ALL if theme.name == name), DARK)


def _theme_of_system(hints: QStyleHints) -> Theme:
    if wants_contrast(hints):
        return HIGH_CONTRAST
    return LIGHT if hints.colorScheme() is Qt.ColorScheme.Light else DARK


def wants_contrast(hints: QStyleHints) -> bool:
    """Whether the system asks for more contrast; Qt tells it from 6.10 on."""
    if not hasattr(hints, "accessibility"):
        return False
    wanted = hints.accessibility().contrastPreference()
    return bool(wanted is Qt.ContrastPreference.HighContrast)


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Dress the whole application."""
    app.setProperty(_WORN, theme.name)  # first: what hears of the palette asks for it
    app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    boxes = _palette(theme)  # their outline is made from Window, which would not stand out on it
    boxes.setColor(QPalette.ColorRole.Window, QColor(theme.quiet))
    boxes.setColor(QPalette.ColorRole.Base, QColor(theme.field))
    for kind in ("QCheckBox", "QRadioButton"):
        app.setPalette(boxes, kind)  # type: ignore[arg-type]  # stubs say bytes, which fail
    fields = _palette(theme)  # a rule for spin boxes would take away their arrows
    fields.setColor(QPalette.ColorRole.Base, QColor(theme.field))
    for kind in ("QAbstractSpinBox", "QLineEdit"):
        app.setPalette(fields, kind)  # type: ignore[arg-type]  # as above
    app.setStyleSheet(style_sheet(theme))


def style_sheet(theme: Theme) -> str:
    """The rules that a palette cannot express."""
    names = Theme.__dataclass_fields__
    return _SHEET.format(**{name: getattr(theme, name) for name in names})


def current_theme() -> Theme:
    """The theme the application wears now; the dark one before it was dressed."""
    app = QGuiApplication.instance()
    return theme_named(str(app.property(_WORN)) if app is not None else DARK.name)


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for which, name in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.canvas),
        (role.AlternateBase, theme.window),
        (role.Text, theme.text),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.text),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.quiet),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Accent, theme.accent),
        (role.Link, theme.accent),
        (role.Light, theme.hover),
        (role.Midlight, theme.hover),
        (role.Mid, theme.line),
        (role.Dark, theme.line),
        (role.Shadow, theme.line),
    ):
        palette.setColor(which, QColor(name))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.disabled))
    return palette
