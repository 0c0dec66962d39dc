"""Ready-made questions for forms: account, place, phone, choice, day, amount, words, a yes; and their form."""

from actions.questions.account import AccountQuestion
from actions.questions.base import Question, QuestionForm
from actions.questions.choices import ChoiceQuestion, Offered, OfferedQuestion
from actions.questions.confirm import ConfirmQuestion
from actions.questions.phone import PhoneQuestion, phone_given
from actions.questions.place import PlaceQuestion
from actions.questions.values import AmountQuestion, DayQuestion, TextQuestion

__all__ = [
    "AccountQuestion",
    "AmountQuestion",
    "ChoiceQuestion",
    "ConfirmQuestion",
    "DayQuestion",
    "Offered",
    "OfferedQuestion",
    "PhoneQuestion",
    "PlaceQuestion",
    "Question",
    "QuestionForm",
    "TextQuestion",
    "phone_given",
]
