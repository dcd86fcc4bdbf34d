"""Small changes of a source, one at a time: each a mutant that tests should notice.

A mutant is one changed comparison, operator, number, call, condition, returned value or dropped statement. Let be are
texts (docstrings, messages, names of columns), annotations, decorators, what an error says, and options that cannot
change a result (``SILENT``). The kinds of change are those of PIT and mutmut, with calls of NumPy and pandas added.
"""

import ast
import copy
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS = {
    **{ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt)},
    **{ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,)},
    **{ast.In: (ast.NotIn,), ast.NotIn: (ast.In,)},
}
ARITHMETIC = {
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult},
    **{ast.FloorDiv: ast.Div, ast.Mod: ast.FloorDiv},
    **{ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr},
}
PAIRS = (
    *(("min", "max"), ("minimum", "maximum"), ("argmin", "argmax"), ("idxmin", "idxmax"), ("any", "all")),
    *(("sum", "mean"), ("floor", "ceil"), ("zeros", "ones"), ("zeros_like", "ones_like"), ("cummax", "cummin")),
    *(("first", "last"), ("head", "tail"), ("isna", "notna"), ("log", "log1p"), ("exp", "expm1"), ("var", "std")),
    *(("lt", "le"), ("gt", "ge"), ("eq", "ne")),
)
SWAPPED = {one: other for pair in PAIRS for one, other in (pair, pair[::-1])}
UNWRAPPED = {"abs", "absolute", "sqrt", "square", "clip", "round", "cumsum", "sort", "sorted", "unique", "nan_to_num"}
MODULES = {"np", "pd", "math"}
SILENT = {"strict", "copy", "check_finite", "overwrite_a", "overwrite_b", "optimize", "observed", "maxsize"}
LET_BE = {
    *((ast.arg, "annotation"), (ast.AnnAssign, "annotation"), (ast.FunctionDef, "returns")),
    *((ast.FunctionDef, "decorator_list"), (ast.ClassDef, "decorator_list"), (ast.ClassDef, "bases")),
    *((ast.ClassDef, "keywords"), (ast.Raise, "exc"), (ast.Raise, "cause"), (ast.JoinedStr, "values")),
}
LONGEST = 80  # characters of what is told of a change
DROPPED = ast.AugAssign | ast.Raise | ast.Continue | ast.Break
BOUND = ast.Import | ast.ImportFrom | ast.Assert


@dataclass(frozen=True)
class Mutant:
    """One change of a module: where (``function``, first ``line`` of the statement), and of which kind (``operator``).

    ``key`` names it while the code of its function stays as it is; ``number`` finds it in this very source.
    """

    module: str
    function: str
    line: int
    operator: str
    change: str
    key: str
    number: int


@dataclass(frozen=True)
class _Site:
    """A child of ``parent`` (in its ``field``, at ``index`` where that is a list) and what may stand there instead."""

    parent: ast.AST
    field: str
    index: int | None
    operator: str
    old: ast.AST
    new: ast.AST

    def put(self) -> None:
        if self.index is None:
            setattr(self.parent, self.field, self.new)
        else:
            getattr(self.parent, self.field)[self.index] = self.new


def mutants(source: str, module: str) -> list[Mutant]:
    """Return every mutant of a source, in the order in which they stand there."""
    found, number = [], 0
    for top in ast.parse(source).body:
        body = ast.dump(_without_docstrings(top))
        for place, (site, function, line) in enumerate(_sites(top, (), top.lineno)):
            told = f"{_text(site.old)} -> {_text(site.new)}"
            key = hashlib.sha256(f"{module}|{body}|{place}".encode()).hexdigest()[:12]
            found.append(Mutant(module, function, line, site.operator, told, key, number))
            number += 1
    return found


def _without_docstrings(top: ast.stmt) -> ast.stmt:
    bare = copy.deepcopy(top)
    for node in ast.walk(bare):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            del node.body[0]
    return bare


def mutated(source: str, number: int | None) -> ast.Module:
    """Return the source's tree with the one change of this number made; without any if there is none."""
    tree = ast.parse(source)
    sites = [site for top in tree.body for site, _, _ in _sites(top, (), top.lineno)]
    if number is not None:
        sites[number].put()
    return ast.fix_missing_locations(tree)


def _sites(node: ast.AST, inside: tuple[str, ...], line: int) -> Iterator[tuple[_Site, str, int]]:
    """Yield every site below a node, with the function it stands in and the first line of its statement."""
    if isinstance(node, BOUND):
        return
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        inside = (*inside, node.name)
    for field, value in ast.iter_fields(node):
        if (type(node), field) in LET_BE:
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or (isinstance(child, ast.keyword) and child.arg in SILENT):
                continue
            if field == "args" and index == 1 and _name(node) == "isinstance":
                continue
            at = child.lineno if isinstance(child, ast.stmt) else line
            for operator, new in _changes(child, node, field):
                yield _Site(node, field, index, operator, child, ast.copy_location(new, child)), ".".join(inside), at
            yield from _sites(child, inside, at)


def _changes(node: ast.AST, parent: ast.AST, field: str) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.stmt):
        yield from _of_statement(node)
    elif isinstance(node, ast.expr):
        yield from _of_expression(node)
        is_condition = field == "test" and isinstance(parent, ast.If | ast.While | ast.IfExp)
        is_filter = field == "ifs" and isinstance(parent, ast.comprehension)
        if (is_condition or is_filter) and not isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp):
            yield "condition", ast.UnaryOp(ast.Not(), node)


def _of_statement(node: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    into_part = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript | ast.Attribute)
    if is_call or into_part or isinstance(node, DROPPED):
        yield "statement", ast.Pass()
    if isinstance(node, ast.AugAssign) and type(node.op) in ARITHMETIC:
        yield "arithmetic", ast.AugAssign(node.target, ARITHMETIC[type(node.op)](), node.value)
    if isinstance(node, ast.Return) and node.value and ast.unparse(node.value) != "None":
        yield "return", ast.Return(ast.Constant(None))


def _of_expression(node: ast.expr) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            for other in COMPARISONS[type(operator)]:
                yield (
                    "comparison",
                    ast.Compare(node.left, [*node.ops[:at], other(), *node.ops[at + 1 :]], node.comparators),
                )
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC and not _joins_texts(node):
        yield "arithmetic", ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
    elif isinstance(node, ast.BoolOp):
        yield "logic", ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
    elif isinstance(node, ast.UnaryOp):
        yield "logic" if isinstance(node.op, ast.Not) else "arithmetic", node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "constant", ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float) and node.value + 1 != node.value:
        yield "constant", ast.Constant(node.value + 1)
    elif isinstance(node, ast.Call):
        yield from _of_call(node)


def _of_call(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    called, name = node.func, _name(node)
    if name in SWAPPED and getattr(called, "id", None) != "sum":  # there is no built-in mean
        swapped = copy.copy(called)
        setattr(swapped, "id" if isinstance(called, ast.Name) else "attr", SWAPPED[name])
        yield "call", ast.Call(swapped, node.args, node.keywords)
    if name in UNWRAPPED:
        is_method = isinstance(called, ast.Attribute) and getattr(called.value, "id", None) not in MODULES
        if is_method or node.args:
            yield "call", called.value if is_method else node.args[0]


def _name(node: ast.AST) -> str:
    """Return the name of what is called, without the object or module it belongs to; nothing for other nodes."""
    called = node.func if isinstance(node, ast.Call) else None
    return getattr(called, "id", None) or getattr(called, "attr", None) or ""


def _joins_texts(node: ast.BinOp) -> bool:
    sides = [node.left, node.right]
    return any(isinstance(side, ast.JoinedStr) or isinstance(getattr(side, "value", None), str) for side in sides)


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
