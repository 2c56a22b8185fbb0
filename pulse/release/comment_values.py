"""What readers of comments are handed: texts, and beside them only question and group."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommentBlock:
    """Comments in the random order of the release; no group is named where they were filtered."""

    question: str
    group_name: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommentTheme:
    """What at least as many comments as the floor are about, and how many."""

    id: int
    question: str
    name: str
    comments: int


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that was answered in words, with how many comments and their themes."""

    code: str
    text: str
    comments: int
    themes: tuple[CommentTheme, ...]

    @property
    def others(self) -> int:
        """How many comments are in no theme."""
        return self.comments - sum(theme.comments for theme in self.themes)


@dataclass(frozen=True, slots=True)
class Masking:
    """How many comments there are in a release, and what was masked in them."""

    comments: int
    names: int
    mails: int
    phones: int

    @property
    def sentence(self) -> str:
        """Say it in words.

        >>> Masking(34, 5, 1, 0).sentence
        '5 names and 1 e-mail address were masked in 34 comments.'
        >>> Masking(1, 1, 0, 0).sentence
        '1 name was masked in 1 comment.'
        >>> Masking(12, 0, 0, 0).sentence
        'No name, e-mail address or phone number was found in 12 comments.'
        """
        where = f"in {_counted(self.comments, 'comment')}"
        kinds = (
            (self.names, "name"),
            (self.mails, "e-mail address"),
            (self.phones, "phone number"),
        )
        found = [_counted(count, word) for count, word in kinds if count]
        if not found:
            return f"No name, e-mail address or phone number was found {where}."
        listed = " and ".join([", ".join(found[:-1]), found[-1]] if found[1:] else found)
        masked = self.names + self.mails + self.phones
        return f"{listed} {'was' if masked == 1 else 'were'} masked {where}."


@dataclass(frozen=True, slots=True)
class CommentPage:
    """One page of the comments that a reader asked for.

    `found` counts them all. `too_few` says that to some question fewer than the floor were found,
    and that those are not shown. `masking` is None for a release from before names were masked.
    """

    masking: Masking | None
    questions: tuple[OpenQuestion, ...]
    theme: int | None
    search: str
    is_filter: bool
    found: int
    too_few: bool
    blocks: tuple[CommentBlock, ...]
    page: int
    pages: int

    @property
    def comments(self) -> int:
        """How many comments the release has."""
        return sum(question.comments for question in self.questions)

    @property
    def others(self) -> int:
        """How many comments are in no theme, of the questions that have themes."""
        return sum(question.others for question in self.questions if question.themes)

    @property
    def has_themes(self) -> bool:
        """Whether any question has themes."""
        return any(question.themes for question in self.questions)


def _counted(count: int, word: str) -> str:
    plural = "es" if word.endswith("s") else "s"
    return f"{count:,} {word}" + ("" if count == 1 else plural)
