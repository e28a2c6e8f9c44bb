"""Hard strings: what a split regex, an encoder or a page stumbles over. Seeded, so always the same."""

import random

ALPHABET = [
    *"कखगज़क़रशषसतदनहमय", *"ಕಖಗಜರಶಷಸತದನಹಮಯ", *"िीुूेैोौांःँ़्ॉॅ", *"ಿೀುೂೆೇೈೊೋೌಾಂಃ಼್ೕೖ", "\u200c", "\u200d",
    *"।॥,.:;!?-–—…'\"“”’()[]", *"0123456789", *"०१२३४५६७८९", *"೦೧೨೩೪೫೬೭೮೯", *"     ", "\n", "\r\n", "\t", "\u00a0", "\u3000",
    *"abcXYZé", "'s", "'LL", "n't", "👩", "🏽", "\u200d", "\ufe0f", "₹", "·", "中", "ا", "\u0301", "\u202e", "\x00", "\x7f", "\ufeff", "𑄀",
    "के लिए", "है।", "ಸ್ತ್ರೀ", "क्षत्रिय", "ज़िंदगी", "<|endoftext|>",
]  # fmt: skip

FIXED = [
    "", " ", "   ", "\n\n \n", "हिन्दी में क्षत्रिय और स्त्री के लिए।", "ಕನ್ನಡ ಭಾಷೆಯಲ್ಲಿ ಸ್ತ್ರೀ ಮತ್ತು ಕ್ಷಮೆ.", "क्\u200dष ರ\u200d್ಯ ಭಾಷೆ\u200cಯಲ್ಲಿ",
    "ि ् \u200d\u200c", "है।वह", "है ।  वह", "कहा,  सुना", "1234567 १२३४५ ೧೨೩೪೫", "It's DON'T we'LL", "द्वि-भाषी शब्द-", "<|endoftext|> <|end",
    "👩\u200d👩\u200d👧 ❤️‍🔥", "ड़ ड़ ಕೋ ಕೋ", "\u202eअबक\u202c", "क" + "्क" * 40, "कि" + "ि" * 70, "\t\tdef f():\r\n\treturn 1",
]  # fmt: skip


def hard_strings(number: int, seed: int = 11, longest: int = 14) -> list[str]:
    """The fixed ones and so many random ones."""
    chance = random.Random(seed)
    made = ("".join(chance.choices(ALPHABET, k=chance.randint(1, longest))) for _ in range(number))
    return [*FIXED, *made]
