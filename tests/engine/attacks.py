"""Texts that have broken out of, hung or bloated other expression languages."""

# No sentence of our language: refused wherever a drawing holds it.
REFUSED = [
    # commands and files
    "__import__('os').system('id')", "open('/etc/passwd')", "open('/etc/passwd').read()", "os.system('id')",
    "random._os.system('id')", "subprocess.Popen(['id'])", "eval('1')", "exec('x=1')", "import os",
    "compile('1', '', 'eval')", "breakpoint()", "input()", "print(1)", "help()", "exit()", "quit()",
    "len.__self__.__import__('os').system('id')", "__builtins__['eval']('1')", "__loader__.load_module('os')",
    # objects of the host
    "().__class__.__bases__[0].__subclasses__()", "''.__class__.__mro__[1].__subclasses__()", "x.__class__",
    "(1).__class__", "True.__class__", "None.__class__", "{}.__class__", "x.__dict__", "x.__reduce_ex__(2)",
    "x.__getattribute__('append')", "x.__init__.__globals__", "len.__self__", "max.__call__(1, 2)",
    "hari_kerja.__globals__", "hari_kerja.__closure__", "task.workflow", "my_task.data", "self.functions",
    "workflow.script_engine", "request.application.__globals__", "config.items()", "x.append(1)", "s.upper()",
    "s.join(x)", "s.encode()", "d.get('a')", "d.items()", "not x.y", "-x.y", "[x.y]", "{'a': x.y}", "1 if x.y else 2",
    "x < s.y < 1", "max(x.y, 1)", "getattr(x, 'append')", "setattr(x, 'a', 1)", "hasattr(x, 'a')", "globals()",
    "locals()", "vars()", "dir()", "type(x)", "object()", "super()", "isinstance(x, list)", "id(x)", "repr(x)",
    "callable(len)", "memoryview(s)", "__builtins__", "__name__", "__file__", "__spec__", "_x", "a__b", "typename",
    # texts that read what they format
    "s.format(s)", "'{0.__class__}'.format(1)", "'{x.__init__.__globals__}'.format(x=x)", "f'{x.__class__}'",
    "f'{x=}'", "f'{x!r:>{10**9}}'", "f'{__import__(\"os\")}'", "format(1, '1000000000')", "str(x)", "chr(0)",
    # values without end
    "'a' * 10**9", "[0] * 10**9", "9**9**9", "2 ** 100000", "pow(9, 999999)", "1 << 1000000", "1 >> 1", "5 & 3",
    "5 | 3", "5 ^ 3", "~1", "x @ x", "range(10**9)", "list(range(10**9))", "bytes(10**9)", "sum(x)", "str(10**5000)",
    "int('9' * 5000)", "round(1.5, 10**9)", "round(1.5, -10**9)", "1e999", "1e16", "10000000000000000000", "1j",
    "((((((((((((((((((((" * 20, "not " * 700 + "x", "1 < " * 400 + "1", "'" + "a" * 3000 + "'", "[" * 90 + "]" * 90,
    "-" * 500 + "1", "x or " * 200 + "x", "[1, " * 50 + "1" + "]" * 50, "9" * 1_900,
    # other sentences of Python
    "lambda: 1", "(lambda: x)()", "[y for y in x]", "{y for y in x}", "{y: y for y in x}", "(y for y in x)",
    "[[z for z in range(10**9)] for y in range(10**9)]", "(y := 1)", "[y := 0]", "x[0]", "d['a']", "s[0:1]",
    "x[::-1]", "{**d}", "{**d, 'a': 1}", "{1: 1}", "{x: 1}", "{'__class__': 1}", "{'typename': 1}", "{'a b': 1}",
    "{1, 2}", "[*x]", "len(*x)", "len(obj=x)", "max(**d)", "max(x, key=len)", "max(x, default=1)",
    "hari_kerja(days=1)", "len()", "hari_kerja()", "len", "max", "hari_kerja", "[len]", "x == max", "len(x)(1)",
    "(max if x else min)(1, 2)",
    "[len][0](x)", "sorted(x)", "map(len, x)", "iter(x)", "dict(a=1)", "set(x)", "b'x'", "...", "yield 1", "await x",
    "async def f(): pass", "x = 1", "x; x", "1 if x", "x is 1", "x is not s", "x = yield", "print 1", "0777",
    # letters that are not what they seem, or cannot be stored
    "\u2460", "\uff45val('1')", "\uff3f\uff3fimport\uff3f\uff3f('os')", "\u200bx", "x\u00a0.y", "x\0", "'\\x00'",
    "'\\ud800'", "'\\N{NULL}'", "{'a': '\\x00'}", "\u202ex", "\u201cx\u201d",
    # sentences of other languages
    "print`1`", "${x}", "{{ 7*7 }}", "#{x}", "*{7*7}", "<%= 7*7 %>", "{% for y in x %}{% endfor %}", "@(1 + 1)",
    "${jndi:ldap://contoh}", "T(java.lang.Runtime).getRuntime()", "x => 1", "function() {}", "x?.y", "x ?? 1",
    "x && y", "x || y", "!x", "SELECT 1", "'; DROP TABLE cases; --", "../../etc/passwd", "file:///etc/passwd",
]  # fmt: skip

# Sentences that only go wrong when they are worked out, with x a list, s a text and d a dictionary.
STOPPED = [
    "'%1000000000d' % 1", "s % 1", "'%s' % (1,)", "s * 1000000", "x * x", "s * s",     "max(1, 'a')", "min(x, s)",
    "max(1)", "max(null)", "len(1)", "len(null)", "len(x, x)", "round(s)", "round(x)",
    "round(1.5, 16)", "round(1.5, s)", "1 / 0", "1 % 0", "1 // 0", "1.0 // 0", "5 % 0.0", "-s", "+s", "-x", "-d",
    "s - 1", "x - x", "s + 1", "x + 1", "x + s", "d + d", "1 + d", "null + 1", "x < s", "d < d", "'1' < 1", "1 in 2",
    "s in 1", "1 not in null", "1000000000000000 * 10", "1e15 + 1e15", "x and hari_kerja(-1)", "hari_kerja(-1)",
    "hari_kerja(10000000)", "hari_kerja('1')", "hari_kerja(true)", "jam_kerja(1.5)", "jam_kerja(999999999)",
]  # fmt: skip

CALENDAR = ["hari_kerja(1)", "jam_kerja(1)"]  # nothing without a calendar
ATTACKS = [*REFUSED, *STOPPED, *CALENDAR]

SCRIPT_ATTACKS = [
    "", "# hanya catatan", "import os", "x = __import__('os')", "x.y = 1", "x[0] = 1", "x, y = 1, 2", "x = y = 1",
    "x += 1", "x: int = 1", "del x", "for x in y: pass", "while True: pass", "def f(): pass", "class A: pass",
    "__class__ = 1", "_x = 1", "typename = 1", "len = 1", "hari_kerja = 1", "true = 0", "None = 1", "x = 1; y = 2",
    "x == 1", "(x := 1)", "x = (y := 1)", "x = lambda: 1", "x = 1\nexec('1')", "global x", "with x: pass", "assert x",
    "raise x", "\u00e9 = 1", "x = " + "1+" * 2000 + "1", "\n".join(f"x{n} = {n}" for n in range(200)),
    "x = 1 if", "x = '\\x00'", "x = '\\ud800'", "x = [\n1]", "x = 1 \\\n+ 1", "try: x = 1", "import os as x",
    "from os import system", "nonlocal x", "@x\ndef f(): pass", "return 1", "x = yield", "pass", "match x:",
]  # fmt: skip
