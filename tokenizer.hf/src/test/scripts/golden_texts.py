"""The texts that the scripts beside this file give to the reference implementations."""
import random

CORPUS = """The quick brown fox jumps over the lazy dog.
The image shows a red circle on the left and a blue square on the right.
How many shapes are there in this picture? There are three shapes in the picture.
Answer the question with a single word or a short phrase, please.
public static void main(String[] args) { return x + 1; }
def square(x): return x * x  # the square of x
Größe und Übermut tun selten gut. L'été à la plage, ça va?
Привет, мир! Как дела? Картинка показывает красный круг.
你是一个有用无害的人工智能助手。图片中有一个红色的圆形。
안녕하세요. 그림에는 빨간 원이 있습니다.
مرحبا بالعالم، كيف حالك؟
0 1 2 3 4 5 6 7 8 9 10 100 2024 3.14159
""".splitlines()

TEXTS = [
    "", " ", "  ", "   a", "a", " a", "a ", "a  b   c", "\n", "a\nb", "\n\n a\t b\r\n", "\ta",
    "The quick brown fox", "the image shows a red circle.", "How many shapes?  Three!",
    "Unseen words: xylophone, Zyzzyva", "it's don't I'm", "3.14159 2024 007 1,000",
    "def f(x):\n    return x ** 2\n", "if (a && b) { c[0] += 1; }", "<div class=\"a\">&nbsp;</div>",
    "Größe", "L'été à l'œuvre", "Привет, мир", "Съешь ещё этих булок", "你是谁？图片中有什么", "吾輩は猫である",
    "안녕하세요 세계", "مرحبا", "שלום עולם", "नमस्ते दुनिया", "สวัสดี", "გამარჯობა", "𐌲𐌿𐍄", "𝓗𝓮𝓵𝓵𝓸",
    "😀", "a😀b", "👩‍👩‍👧 🇩🇪 ❤️", "e\u0301 n\u0303", "ＡＢＣ　１２３", "a\u00a0b\u200bc\u3000d", "a\u0000b\u0001c",
    "\u2581", "a\u2581b", "\u2581 \u2581a", "<0x0A> <0xE4>", "\ufffd", "<unk>", "<s>", "</s>", "<s>a", "a<s>b",
    "a <s> b", "<s> a</s>", "<s><s>", "a</s></s>b", "<|im_start|>user\nhi<|im_end|>\n", "x <|im_end|>  y",
    "<tool>", "a<tool>b", "a <tool> b", "x" * 60, " " * 20, "ab " * 20,
]

# Text that chat and code are made of, in the words of this project.
CODE = '''
#include <stdio.h>
int main(void) { for (int i = 0; i < 10; ++i) printf("%d\\t%x\\n", i, i << 2); return 0; }
def decode(ids: list[int], *, skip=True) -> str:
    """Joins pieces."""
    return "".join(PIECES[i] for i in ids if not (skip and i in SPECIAL))
\tif (a != b && c >= 0x7fff'ffff) { x->y = ~z ^ 0b1010; } // end
SELECT name, COUNT(*) FROM "t" WHERE id IN (1,2,3) GROUP BY name HAVING COUNT(*) > 1;
{"messages": [{"role": "user", "content": "a\\u00e9\\n"}], "n": -1.5e-10, "ok": true}
<p class="x">&lt;tag&gt; &amp; more</p><!-- note -->
$ curl -s "http://127.0.0.1:23333/v1/models" | jq '.data[0].id' && echo $?
\\begin{equation} \\frac{\\partial L}{\\partial w_{ij}} = \\sum_k x_k^2 \\end{equation}
| a | b |\\n|---|:-:|\\n| 1 | **2** |
'''.strip().splitlines()


def random_texts(count, special):
    """Scripts, digits, spaces and emoji in any order, with a special token now and then."""
    generator = random.Random(7)
    ranges = [(0x20, 0x7e), (0xa0, 0x17f), (0x370, 0x3ff), (0x400, 0x4ff), (0x5d0, 0x5ea), (0x620, 0x64a),
              (0x900, 0x97f), (0xe00, 0xe7f), (0x3040, 0x30ff), (0x4e00, 0x9fff), (0xac00, 0xd7a3),
              (0x1f300, 0x1f64f), (0x09, 0x0d), (0x300, 0x36f), (0x30, 0x39), (0x20, 0x20)]
    for _ in range(count):
        parts = []
        for _ in range(generator.randint(1, 8)):
            low, high = generator.choice(ranges)
            parts.append("".join(chr(generator.randint(low, high)) for _ in range(generator.randint(1, 6))))
        if generator.random() < 0.2:
            parts.insert(generator.randint(0, len(parts)), generator.choice(special))
        yield "".join(parts)
