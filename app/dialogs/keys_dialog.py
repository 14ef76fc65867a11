"""Which key does what: choose an action, press a key; it is in force at once."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.actions import ActionSpec
from app.dialogs.key_catcher import KeyCatcher
from app.dialogs.keys_table import KeysTable
from app.key_choices import Clash, KeyChoices
from app.keys import native, twin_of


class KeysDialog(QDialog):
    """Emits the settings' keys at each change; a conflict is decided on before there is one."""

    changed = Signal(object)  # Mapping[str, str]: what differs from the first keys, by action

    def __init__(self, keys: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices = KeyChoices(keys)
        self._on_accept: Callable[[], None] = lambda: None
        self._search = QLineEdit(self)
        self.table = KeysTable(self._choices, self)
        self.catcher = KeyCatcher(self)
        self._add = QPushButton(self.tr("Add a key…"), self)
        self._remove = QPushButton(self.tr("Remove a key"), self)
        self._reset = QPushButton(self.tr("Reset this action"), self)
        self._move = QPushButton(self.tr("Give it here"), self)
        self._leave = QPushButton(self.tr("Leave it there"), self)
        self._reset_all = QPushButton(self.tr("Reset all keys"), self)
        self._removable = QMenu(self._remove)
        self._build()
        self._connect()
        self.table.show_actions("")
        self.table.setFocus()

    @property
    def sentence(self) -> str:
        """What is asked for, or has been done."""
        return self.catcher.text()

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Keyboard"))
        self.setModal(False)
        self.resize(620, 640)
        for field in (self._search.setPlaceholderText, self._search.setAccessibleName):
            field(self.tr("Find an action or a key"))
        self._search.setClearButtonEnabled(True)
        self.catcher.setWordWrap(True)
        self.catcher.setAccessibleName(self.tr("The key that is pressed next"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.addButton(self._reset_all, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.rejected.connect(self.reject)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter in the table chooses a row
        layout = QVBoxLayout(self)
        layout.addWidget(self._search)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.catcher)
        for line in ((self._move, self._leave), (self._add, self._remove, self._reset)):
            row = QHBoxLayout()
            for button in line:
                row.addWidget(button)
            row.addStretch(1)
            layout.addLayout(row)
        layout.addWidget(buttons)

    def _connect(self) -> None:
        self._search.textChanged.connect(self.table.show_actions)
        self.table.row_changed.connect(self._offer)
        self.table.chosen.connect(self._listen)
        self.catcher.caught.connect(self._take)
        self.catcher.given_up.connect(self._offer)
        self._add.clicked.connect(self._listen)
        self._removable.aboutToShow.connect(self._list_removable)
        self._remove.setMenu(self._removable)
        self._reset.clicked.connect(self._ask_to_reset)
        self._move.clicked.connect(self._accept)
        self._leave.clicked.connect(self._decline)
        self._reset_all.clicked.connect(self._reset_everything)

    def _offer(self) -> None:
        """What can be done with the chosen action."""
        spec = self.table.spec
        self._ask("", "", lambda: None)
        self._add.setEnabled(spec is not None)
        self._remove.setEnabled(spec is not None and bool(spec.keys))
        self._reset.setEnabled(spec is not None and self._choices.is_changed(spec.id))
        self._reset_all.setEnabled(bool(self._choices.chosen))
        if spec is None:
            self.catcher.setText(self.tr("No action or key is called that."))
        else:
            text = self.tr("Press Enter to give “{action}” a key.")
            self.catcher.setText(text.format(action=spec.name))

    def _listen(self) -> None:
        if (spec := self.table.spec) is not None:
            self._ask("", "", lambda: None)
            self.catcher.setText(self.tr("Press the key for “{0}”…").format(spec.name))
            self.catcher.listen()

    def _take(self, key: str) -> None:
        spec = self.table.spec
        if spec is None:
            return
        self.table.setFocus()
        refusal = self._choices.refusal(spec.id, key)
        clashes = [] if refusal else self._choices.clashes(spec.id, key)
        if refusal:
            self.catcher.setText(refusal)
        elif clashes:
            button = self.tr("Give {key} to “{action}”").format(key=native(key), action=spec.name)
            self._ask(self._what_clashes(clashes), button, partial(self._give, spec, key))
        else:
            self._give(spec, key)

    def _give(self, spec: ActionSpec, key: str) -> None:
        self._choices.add(spec.id, key)
        self._tell(self.tr("{key} is now “{action}”.").format(key=native(key), action=spec.name))

    def _take_away(self, spec: ActionSpec, key: str) -> None:
        self._choices.remove(spec.id, key)
        text = self.tr("{key} does nothing now.")
        self._tell(text.format(key=native(key)))

    def _ask_to_reset(self) -> None:
        spec = self.table.spec
        if spec is None:
            return
        clashes = self._choices.lost_by_reset(spec.id)
        if clashes:
            button = self.tr("Reset “{action}”").format(action=spec.name)
            self._ask(self._what_clashes(clashes), button, partial(self._reset_one, spec))
        else:
            self._reset_one(spec)

    def _reset_one(self, spec: ActionSpec) -> None:
        self._choices.reset(spec.id)
        self._tell(self.tr("“{action}” has its first keys again.").format(action=spec.name))

    def _reset_everything(self) -> None:
        self._choices.reset_all()
        self._tell(self.tr("Every action has its first keys again."))

    def _tell(self, text: str) -> None:
        """Something has changed: show it, put it in force, say so."""
        self.changed.emit(self._choices.chosen)
        self.table.show_actions()
        self.table.setFocus()
        self.catcher.setText(text)

    def _ask(self, text: str, accept: str, on_accept: Callable[[], None]) -> None:
        """Say what the user has to decide; nothing to ask takes the buttons away."""
        self._on_accept = on_accept
        for button in (self._move, self._leave):
            button.setVisible(bool(text))
        if text:
            self._move.setText(accept)
            self.catcher.setText(text)
            self._leave.setFocus(Qt.FocusReason.OtherFocusReason)

    def _accept(self) -> None:
        self._on_accept()

    def _decline(self) -> None:
        self._offer()
        self.table.setFocus()

    def _list_removable(self) -> None:
        self._removable.clear()
        spec = self.table.spec
        for key in spec.keys if spec is not None else ():
            assert spec is not None
            action = self._removable.addAction(native(key))
            action.triggered.connect(lambda _=False, key=key, of=spec: self._take_away(of, key))

    def _what_clashes(self, clashes: Sequence[Clash]) -> str:
        return " ".join(self._clash(one) for one in clashes)

    def _clash(self, clash: Clash) -> str:
        """Say what the owner loses, and why where that is not the key itself."""
        lost, owner = native(clash.key), clash.owner.name
        if clash.contested == clash.key:
            return self.tr("{key} is “{owner}” now.").format(key=lost, owner=owner)
        if clash.contested == twin_of(clash.owner, clash.key):
            text = self.tr(
                "{twin} is “{owner}” and on to the next photo, which goes with {key}; "
                "“{owner}” would lose both."
            )
            return text.format(twin=native(clash.contested), owner=owner, key=lost)
        text = self.tr("{key}, which would also go on to the next photo, is “{owner}” now.")
        return text.format(key=native(clash.contested), owner=owner)
