#!/bin/sh
# gift-pegjs 1.0.2 (npm): isCorrect tells = from ~, not right from wrong.
#
# Guess:     in a question of several right options every option with a positive weight has isCorrect true; a short
#            answer that is worth nothing has it false.
# Behaviour: in ~%50%甲 ~%50%乙 ~%-100%丙 all three have isCorrect false, the right ones only their weight; in
#            {=成都 =%0%绵阳} the answer that earns nothing has isCorrect true. Moodle marks by the weight alone.
# Seen:      甲 50 false | 乙 50 false | 丙 -100 false   and   成都 null true | 绵阳 0 true
# Why:       who takes the key from isCorrect imports such a bank without any right option, or marks 绵阳 right, and no
#            error says so. The key is weight > 0, and where weight is null, isCorrect.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix . gift-pegjs@1.0.2 >/dev/null
cat >seen.cjs <<'JS'
const { parse } = require('gift-pegjs');
for (const text of ['哪些对？{~%50%甲 ~%50%乙 ~%-100%丙}', '省会是{=成都 =%0%绵阳}']) {
  const [question] = parse(text);
  console.log(question.type, question.choices.map((c) => `${c.text.text} ${c.weight} ${c.isCorrect}`).join(' | '));
}
JS
cat >expected <<'TXT'
MC 甲 50 false | 乙 50 false | 丙 -100 false
Short 成都 null true | 绵阳 0 true
TXT
node seen.cjs | tee seen
diff expected seen && echo "as described"
