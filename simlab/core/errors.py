"""Errors that are the user's to mend. Ours are assertions.

    UserError         files, flags, arguments, data: exit code 2, one message, no traceback
      └─ FileError    something in a file, with its place

Either is raised where the user's words come in; what is deeper down raises a plain ``ValueError``.
"""

from dataclasses import dataclass


class UserError(ValueError):
    """The user's files or words are wrong; ``str()`` is the whole message to print."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a file.

    Args:
        where: ``file:line:column``, or the flag or argument that it came with.
        path: The path in the document, such as ``services.web.replicas``; may be empty.
        message: What came, and what is allowed.
    """

    where: str
    path: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.where, self.path, self.message) if part)


class FileError(UserError):
    """A file that cannot be used; it tells all that is wrong with it at once."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))

    def __reduce__(self) -> tuple[type["FileError"], tuple[list[Problem]]]:
        return FileError, (self.problems,)  # Else a pickle would rebuild it from its message.
