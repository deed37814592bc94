"""The program in a pseudo-terminal of 80 by 24, as a coordinator would see it, and over a pipe."""

import os
import re
import signal
import subprocess
import termios
import time

import pexpect
import pyte

from helpers import program
from helpers.shipped import QUESTIONS
from policygen.library.question import Question

DAY = "2026-11-20"
UP, DOWN, RIGHT, ENTER, ESC, TAB = "\x1b[A", "\x1b[B", "\x1b[C", "\r", "\x1b", "\t"
CTRL_C, CTRL_D, CTRL_E, CTRL_U = "\x03", "\x04", "\x05", "\x15"
BEGINS, ENDS = "\x1b[?2004h", "\x1b[?2004l"
"""What the terminal is sent when a prompt begins and ends."""
PATIENCE = int(os.environ.get("PATIENCE", "300"))
"""So many seconds a test waits for what must come: the machine may be busy."""
PAGE_ENDS = ("Type: Number; ? for more.\n> ", "Press Enter to go on.\n> ")
"""What stands below a page of the check, line by line."""
SELECT, TICK = "Choose one (arrow keys", "Tick what fits (arrow keys"


def squeezed(text: str) -> str:
    return " ".join(text.split())


def asked(shown: str) -> Question:
    """The question that stands last on a screen."""
    places = {question.id: shown.rfind(squeezed(question.ask)) for question in QUESTIONS.questions.values()}
    return QUESTIONS.questions[max(places, key=places.get)]


class Terminal:
    """A program in a terminal, and what its screen shows. The pages of the check are gone through by themselves."""

    stops_at_pages = False
    """Whether it waits at each page of the check."""

    def __init__(self, arguments: list[str], script: str = program.SCRIPT, **changed: str):
        self.screen = pyte.Screen(80, 24)
        self.stream = pyte.Stream(self.screen)
        variables = program.environment(**({"TERM": "xterm-256color"} | changed))
        self.child = program.in_terminal(arguments, variables, script, dimensions=(24, 80))
        self.child.delaybeforesend = None
        self.child.ptyproc.delayafterclose = 0.02
        self.screen.write_process_input = self.child.send  # so that it can ask where the cursor is
        self.raw = ""

    def see(self, timeout: float = 0.01) -> bool:
        """Take in what was printed; False when nothing came for a while."""
        try:
            text = self.child.read_nonblocking(65536, timeout)
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            self.child.wait()
            return False
        self.raw += text
        self.stream.feed(text)
        return True

    @property
    def shown(self) -> str:
        """All words on the screen, as if it had one line."""
        return squeezed(" ".join(self.screen.display))

    @property
    def printed(self) -> str:
        """All words that were ever on the screen, as if it had one line."""
        return squeezed(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.raw))

    @property
    def prompt(self) -> str:
        """What the screen asks for now: SELECT, TICK, or `>` for words; nothing between two prompts."""
        if self.raw.count(BEGINS) == self.raw.count(ENDS):
            return ""
        for kind in (SELECT, TICK):
            if kind in self.shown:
                return kind
        return ">" if self.screen.cursor.x else ""

    @property
    def works(self) -> bool:
        """Whether it is between two prompts, and would hear Ctrl-C as a signal."""
        return not self.prompt and bool(termios.tcgetattr(self.child.child_fd)[3] & termios.ISIG)

    @property
    def pointed(self) -> str:
        """The line of a list that the arrow points at."""
        lines = (line.partition("» ")[2].strip(" ○●") for line in self.screen.display if line.startswith(" » "))
        return next(lines, "")

    def until(self, found, what: str) -> None:
        """Wait until something is true of the screen, and nothing more comes."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if not self.see() and (found() or not self.child.isalive()):
                break
        assert found(), f"waited for {what}; the screen shows:\n" + "\n".join(self.screen.display)

    def expect(self, words: str) -> "Terminal":
        self.until(lambda: words in self.shown, words)
        return self

    def type(self, *keys: str) -> "Terminal":
        """Press keys one after the other, each when the one before has been taken in."""
        for key in keys:
            self.child.send(key)
            while not self.see(0.3):
                assert self.child.isalive(), "it has ended"
            while self.see():
                pass
        return self

    def send(self, *keys: str) -> "Terminal":
        """Press keys that begin no other prompt: what is typed is refused, say."""
        self.until(lambda: self.prompt, "a prompt")
        self.child.send("".join(keys))
        return self

    def answer(self, *keys: str) -> "Terminal":
        """Press keys, and wait until something else is asked or the program ends."""
        self.until(lambda: self.prompt, "a prompt")
        before = self.raw.count(BEGINS)
        self.child.send("".join(keys))
        self.until(lambda: not self.child.isalive() or (self.raw.count(BEGINS) > before and self.prompt),
                   "the next prompt")
        return self.answer(ENTER) if self.on_a_page and not self.stops_at_pages else self

    @property
    def on_a_page(self) -> bool:
        """Whether it asks for the number of an answer below a page of the check."""
        return self.child.isalive() and self.screen.display[self.screen.cursor.y].strip() in (
            "Number:", "Press Enter to go on.")

    def pick(self, label: str) -> "Terminal":
        """Choose the option that begins with these words from a list."""
        self.until(lambda: self.prompt == SELECT and self.pointed, "a list")
        seen = []
        while not self.pointed.startswith(label):
            assert self.pointed not in seen, f"there is no {label}:\n" + "\n".join(self.screen.display)
            seen.append(self.pointed)
            self.child.send(DOWN)
            self.until(lambda: self.pointed != seen[-1], "the next option")
        return self.answer(ENTER)

    def instead(self, label: str) -> "Terminal":
        """Press Esc, and choose what to do instead of answering."""
        return self.answer(ESC).pick(label)

    def close(self) -> None:
        self.child.kill(signal.SIGKILL)
        self.child.close()

    def ends(self) -> int:
        """The exit code of the program; negative for the signal that ended it."""
        self.until(lambda: not self.child.isalive(), "the end")
        self.child.close()
        return self.child.exitstatus if self.child.signalstatus is None else -self.child.signalstatus


class Pipe:
    """The program with its input and output in pipes: what it says, and what somebody types. The pages of the check are
    gone through by themselves."""

    stops_at_pages = False

    def __init__(self, arguments: list[str], script: str = program.SCRIPT, **changed: str):
        self._begin(arguments, program.environment(**({"TERM": "xterm-256color"} | changed)), script)
        self.said = self._more()
        self.last = self.said

    def _begin(self, arguments: list[str], variables: dict[str, str], script: str) -> None:
        self.process = program.piped(arguments, variables, script, stderr=subprocess.STDOUT, bufsize=0)

    def _read(self) -> bytes:
        """What came; nothing at the end."""
        return os.read(self.process.stdout.fileno(), 65536)

    def _write(self, words: str) -> None:
        self.process.stdin.write(words.encode())

    def _more(self) -> str:
        """What it says until it waits for a line, or ends."""
        found = b""
        while not (b"\n" + found).endswith(b"\n> ") and (part := self._read()):
            found += part
        return found.decode().replace("\r\n", "\n")

    @property
    def waits(self) -> bool:
        """Whether it waits for a line."""
        return f"\n{self.last}".endswith("\n> ")

    def type(self, *lines: str) -> "Pipe":
        """Type lines, each when the one before was taken in."""
        for line in lines:
            assert self.waits, f"it has ended:\n{self.last}"
            self._write(f"{line}\n")
            self.last = self._more()
            self.said += self.last
            while self.last.endswith(PAGE_ENDS) and not self.stops_at_pages:
                self._write("\n")
                self.last += (more := self._more())
                self.said += more
        return self

    def expect(self, words: str) -> "Pipe":
        """These words came since the last line was typed."""
        assert words in squeezed(self.last), f"waited for {words!r} in:\n{self.last}"
        return self

    def pick(self, label: str) -> "Pipe":
        """Type the number of the option that begins with these words."""
        found = re.findall(r"^  (\d+)\. " + re.escape(label), self.last, re.MULTILINE)
        assert found, f"there is no {label}:\n{self.last}"
        return self.type(found[-1])

    def ends(self) -> int:
        """The exit code, once its input is at an end."""
        self.process.stdin.close()
        self.said += self.process.stdout.read().decode()
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        self.process.kill()
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class Lines(Pipe):
    """The program in a terminal that cannot redraw: it asks line by line."""

    def _begin(self, arguments: list[str], variables: dict[str, str], script: str) -> None:
        self.child = program.in_terminal(arguments, variables | {"TERM": "dumb"}, script, dimensions=(24, 80))
        self.child.delaybeforesend = None

    def _read(self) -> bytes:
        try:
            return self.child.read_nonblocking(65536, PATIENCE).encode()
        except pexpect.EOF:
            return b""

    def _write(self, words: str) -> None:
        self.child.send(words.replace("\n", "\r"))

    def ends(self, key: str = CTRL_D) -> int:
        """The exit code, after a key that ends it."""
        if self.waits:
            self.child.send(key)
        self.said += self._more()
        self.child.close()
        return self.child.exitstatus

    def close(self) -> None:
        self.child.kill(signal.SIGKILL)
        self.child.close()
