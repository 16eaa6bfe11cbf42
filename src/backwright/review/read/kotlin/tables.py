"""What Kotlin's reader looks up: the query and the names that mean something."""

_READERS = (
    "value_argument", "binary_expression", "navigation_expression", "property_declaration", "assignment",
    "return_expression", "interpolation", "if_expression", "when_subject", "when_entry", "in_expression",
    "function_body", "lambda_literal", "infix_expression", "index_expression", "parenthesized_expression",
    "as_expression", "is_expression", "unary_expression", "range_expression", "for_statement", "ERROR",
)  # fmt: skip
_READS = "\n".join(f"({each} (navigation_expression) @read)" for each in _READERS)
QUERY = f"""
(function_declaration) @fn (lambda_literal) @fn (anonymous_function) @fn (secondary_constructor) @fn
(anonymous_initializer) @fn (getter (function_body)) @fn (setter (function_body)) @fn
(class_declaration) @class (object_declaration) @class (object_literal) @class
(call_expression) @call
(call_expression . (call_expression (value_arguments)) @skip . (annotated_lambda))
(delegation_specifier (constructor_invocation) @call)
((infix_expression (_) . (identifier) @_word . (_)) @call (#any-of? @_word "bind" "bindContract"))
((infix_expression . (infix_expression) . (identifier) @_word . (_)) @call (#eq? @_word "to"))
(block (call_expression) @bare) (source_file (call_expression) @bare) (for_statement ")" . (call_expression) @bare)
(lambda_literal (call_expression) @bare . (_))
((call_expression . (navigation_expression . (call_expression) @awaited . (identifier) @_word)) (#eq? @_word "await"))
((call_expression . (navigation_expression . (_) @with . (identifier) @_word) (annotated_lambda)) (#eq? @_word "use"))
(for_statement ")" . (_) @loop) (while_statement) @loop (do_while_statement) @loop
(import) @import (package_header) @package
(assignment) @assign
(source_file (property_declaration) @assign) (block (property_declaration) @assign)
(lambda_literal (property_declaration) @assign) (ERROR (property_declaration) @assign)
(class_body (property_declaration) @field) (enum_class_body (property_declaration) @field)
(class_parameter) @field (enum_entry) @field
(try_expression (block) @try) (catch_block) @catch
["==" "!="] @compare ["<" ">" "<=" ">="] @order
(return_expression) @return (function_body "=" . (_) @return) (lambda_literal (_) @return . "}}")
{_READS}
(ERROR (identifier) . (value_arguments) @call) (ERROR (navigation_expression) . (value_arguments) @call)
(ERROR (identifier) . (annotated_lambda) @call) (ERROR (navigation_expression) . (annotated_lambda) @call)
(ERROR) @error
"""
MEMBERS = {"navigation_expression": ("", "")}  # this grammar names no fields: see KotlinSyntax.member
SUBSCRIPTS = {"index_expression": ""}
WRAPPERS = frozenset(
    {
        "parenthesized_expression", "as_expression", "annotated_lambda", "labeled_expression",
        "annotated_expression", "unary_expression", "binary_expression",
    }
)  # fmt: skip
KINDS = {"number_literal": "num", "float_literal": "num", "this_expression": "name", "character_literal": "str"}
TYPES = frozenset(
    {"user_type", "nullable_type", "function_type", "non_nullable_type", "parenthesized_type", "dynamic"}
)  # fmt: skip
# Last statements of a lambda that are no value.
NO_VALUES = frozenset(
    {
        "property_declaration", "assignment", "for_statement", "while_statement", "do_while_statement",
        "function_declaration", "class_declaration", "object_declaration", "lambda_parameters", "type_alias",
        "line_comment", "block_comment", "return_expression", "throw_expression",
    }
)  # fmt: skip
# Calls of a member that run their function once per element.
ITERATORS = frozenset(
    {
        "forEach", "onEach", "map", "flatMap", "mapNotNull", "mapIndexed", "forEachIndexed", "filter", "filterNot",
        "filterNotNull", "associate", "associateBy", "associateWith", "groupBy", "mapValues", "mapKeys", "partition",
        "any", "all", "none", "find", "first", "firstOrNull", "last", "lastOrNull", "count", "sumOf", "sumBy",
        "fold", "reduce", "sortedBy", "sortedByDescending", "distinctBy", "flatMapIndexed", "mapIndexedNotNull",
        "maxByOrNull", "minByOrNull", "maxOf", "minOf", "takeWhile", "dropWhile", "filterIndexed", "onEachIndexed",
        "collect", "mapTo", "single", "singleOrNull", "replaceAll", "removeIf", "removeAll",
    }
)  # fmt: skip
STARTS = frozenset({"launch", "async"})  # coroutines that nobody waits for here
TRIMS = frozenset({"trimIndent", "trimMargin"})
LISTS = frozenset(
    {
        "listOf", "setOf", "arrayOf", "mutableListOf", "mutableSetOf", "arrayListOf", "listOfNotNull", "hashSetOf",
    }
)  # fmt: skip
MAPS = frozenset({"mapOf", "mutableMapOf", "hashMapOf", "linkedMapOf"})
