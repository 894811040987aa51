"""What simulated people say and write, in English and in Chinese; all of it invented."""

from __future__ import annotations

from random import Random
from typing import Final

__all__ = ["Pair", "meter_number", "note_of", "opening_of", "question_of", "reply_to", "thanks_of"]

Pair = dict[str, tuple[str, ...]]

QUESTIONS: Final[Pair] = {
    "en": (
        "The lights went out half an hour ago, the whole street is dark.",
        "Our meter shows an error, is that dangerous?",
        "A branch has fallen on the line behind our house.",
        "When is the planned work in our quarter?",
        "The lamp at the corner has been flickering since yesterday.",
        "Half of the flat has no power, the other half has.",
    ),
    "zh": (
        "我家半小时前停电了，整条街都没有电。",
        "电表显示故障代码，会有危险吗？",
        "屋后的电线上掉了一根树枝。",
        "请问我们小区什么时候计划检修？",
        "路口的路灯从昨天开始一直闪。",
        "家里一半有电，一半没电，是怎么回事？",
    ),
}
FOLLOWING: Final[Pair] = {
    "en": (
        "Yes, since this morning.",
        "No, nobody has been here yet.",
        "It is flat 12, second floor.",
        "How long then?",
    ),
    "zh": ("是的，今天早上开始的。", "还没有人来过。", "二楼十二号。", "大概要多久？"),
}
THANKS: Final[Pair] = {
    "en": ("Thank you, goodbye!", "Thanks, that helps.", "Very kind, thank you."),
    "zh": ("谢谢，再见！", "好的，谢谢你。", "明白了，麻烦你了。"),
}
OPENINGS: Final[Pair] = {
    "en": ("Good day, how can I help you?", "Hello, I have your message here. One moment, please."),
    "zh": ("您好，请问有什么可以帮您？", "您好，已经看到您的消息，请稍等。"),
}
REPLIES: Final[Pair] = {
    "en": (
        "Thank you, I am looking at the map of your street now.",
        "Our crew is on the way; they should be with you within the hour.",
        "Please keep away from the line until our people are there.",
        "I have noted it, and you will get a text when it is done.",
        "Could you tell me which floor you are on?",
    ),
    "zh": (
        "谢谢，我正在查看您所在区域的线路图。",
        "抢修人员已经出发，预计一小时内到达。",
        "在我们的人员到达之前，请远离线路。",
        "已经为您登记，处理完成后会发短信通知您。",
        "请问您住在几楼？",
    ),
}
NOTES: Final = ("crew informed", "asked to call again if it comes back", "", "", "meter read out on the phone", "")


def _of(pair: Pair, language: str, chance: Random) -> str:
    return chance.choice(pair.get(language, pair["en"]))


def question_of(language: str, chance: Random, first: bool = True) -> str:
    """Return what a customer writes, first or later."""
    return _of(QUESTIONS if first else FOLLOWING, language, chance)


def thanks_of(language: str, chance: Random) -> str:
    """Return a customer's last words."""
    return _of(THANKS, language, chance)


def opening_of(text: str, chance: Random) -> str:
    """Return an agent's first words, in the language of what the customer wrote."""
    return _of(OPENINGS, _language_of(text), chance)


def reply_to(text: str, chance: Random) -> str:
    """Return an agent's answer."""
    return _of(REPLIES, _language_of(text), chance)


def note_of(chance: Random) -> str:
    """Return what an agent notes in wrap-up, often nothing."""
    return chance.choice(NOTES)


def meter_number(chance: Random) -> str:
    """Return a meter number as a customer keys it in."""
    return str(chance.randint(10_000_000, 99_999_999))


def _language_of(text: str) -> str:
    return "zh" if any("\u4e00" <= sign <= "\u9fff" for sign in text) else "en"
