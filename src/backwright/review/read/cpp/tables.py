"""C++'s node types by what they are, and the query that captures them."""

CLASS_KINDS = {
    "class_specifier": "class", "struct_specifier": "struct", "union_specifier": "union", "enum_specifier": "enum",
}  # fmt: skip
CLASS_TYPES = frozenset({"type_identifier", "qualified_identifier", "template_type"})
CALLS = frozenset(
    {
        "call_expression", "new_expression", "compound_literal_expression", "declaration", "field_initializer",
    }
)  # fmt: skip
MEMBERS = {
    "field_expression": ("argument", "field"), "qualified_identifier": ("scope", "name"), "::": ("", ""),
}  # fmt: skip
SUBSCRIPTS = {"subscript_expression": "argument"}
PAIRS = {"initializer_pair": ("designator", "value")}
WORDS = {
    "identifier": "name", "this": "name", "field_identifier": "name", "type_identifier": "name",
    "number_literal": "num", "user_defined_literal": "num", "true": "bool", "false": "bool", "null": "none",
    "type_descriptor": "type", "template_function": "type", "template_type": "type", "primitive_type": "type",
}  # fmt: skip
# The value is what these hold.
INSIDE = frozenset(
    {"parenthesized_expression", "pointer_expression", "co_await_expression", "parameter_pack_expansion"}
)  # fmt: skip
# What is called has no name.
UNNAMED = frozenset(
    {"call_expression", "lambda_expression", "parenthesized_expression", "compound_literal_expression"}
)  # fmt: skip
PARAMS = frozenset(
    {
        "parameter_declaration", "optional_parameter_declaration", "variadic_parameter_declaration",
        "optional_type_parameter_declaration",
    }
)  # fmt: skip
TEXTS = frozenset({"std::string", "string", "std::string_view", "string_view", "QString", "oatpp::String"})  # fmt: skip
ASYNC = frozenset({"Task", "AsyncTask", "awaitable", "CoroTask", "Coroutine", "task"})
THREADS = frozenset({"async", "thread", "jthread", "async_run"})
# What is only a value when it is made without arguments; anything else may be a server or a client.
PLAIN = r"^(std|boost)::|_t$|^(w?string|QString|vector|map|set|list|pair|unordered_map|[io]?stringstream)\b"
LITERALS = frozenset("\"'0123456789")
FORMATS = frozenset({"format", "vformat"})
ITERATORS = frozenset(
    "for_each for_each_n transform any_of all_of none_of find_if count_if copy_if remove_if accumulate".split()
)

QUERY = r"""
    (function_definition body: (_)) @fn (function_definition (try_statement)) @fn (lambda_expression) @fn
    (field_declaration (bitfield_clause (call_expression))) @fn
    (class_specifier body: (_)) @class (struct_specifier body: (_)) @class
    (union_specifier body: (_)) @class (enum_specifier body: (_)) @class
    (field_declaration) @field (enumerator) @field
    (call_expression) @call (new_expression) @call
    (compound_literal_expression type: [(type_identifier) (qualified_identifier) (template_type)]) @call
    (call_expression function: (field_expression) @skip)
    ((call_expression function: (template_function name: (identifier) @_cast)) @skip
      (#match? @_cast "^(static|dynamic|const|reinterpret)_cast$"))
    ((call_expression function: (qualified_identifier) @_moved) @skip (#any-of? @_moved "std::move" "std::forward"))
    (preproc_include (call_expression) @skip)
    ((field_initializer (field_identifier) @_macro) @call (#match? @_macro "^\\$"))
    (expression_statement (binary_expression operator: ["<<" ">>"]) @call)
    (expression_statement (comma_expression left: (binary_expression operator: "<<") @call))
    ((binary_expression left: (field_expression field: (field_identifier) @_prepared) operator: "<<") @call
      (#eq? @_prepared "prepare"))
    ((declaration type: [(type_identifier) (qualified_identifier) (template_type)] @_made
      declarator: (init_declarator declarator: (identifier) value: [(argument_list) (initializer_list)])) @call
      (#not-any-of? @_made "std::string" "std::string_view" "string" "string_view" "QString"))
    (declaration declarator: (init_declarator "=" value: (initializer_list))) @skip
    ((declaration type: [(type_identifier) (qualified_identifier) (template_type)] @_type declarator: (identifier)) @call
      (#not-match? @_type "PLAIN"))
    ((declaration (storage_class_specifier) @_extern) @skip (#eq? @_extern "extern"))
    (compound_statement (declaration type: [(type_identifier) (qualified_identifier) (template_type)]
      declarator: (function_declarator declarator: (identifier))) @call @assign)
    (case_statement (declaration type: [(type_identifier) (qualified_identifier) (template_type)]
      declarator: (function_declarator declarator: (identifier))) @call @assign)
    (expression_statement (call_expression) @bare)
    (expression_statement (co_await_expression (call_expression) @bare))
    (expression_statement (cast_expression value: (call_expression) @bare))
    (co_await_expression (call_expression) @awaited)
    (for_statement body: (_) @loop) (for_range_loop body: (_) @loop) (while_statement) @loop (do_statement) @loop
    (preproc_include) @import (using_declaration) @import (alias_declaration) @import (namespace_alias_definition) @import
    (declaration declarator: [(init_declarator) (identifier) (pointer_declarator) (reference_declarator)]) @assign
    (assignment_expression) @assign (field_initializer) @assign (lambda_capture_initializer) @assign
    (for_range_loop) @assign (preproc_def value: (_)) @assign
    (translation_unit [(alias_declaration) (type_definition)] @assign)
    (declaration_list [(alias_declaration) (type_definition)] @assign)
    (preproc_ifdef [(alias_declaration) (type_definition)] @assign)
    (try_statement body: (_) @try) (catch_clause) @catch
    (field_expression) @read
    ["==" "!="] @compare ["<" ">" "<=" ">="] @order
    (return_statement) @return (co_return_statement) @return (co_yield_statement) @return
    (namespace_definition name: (_)) @package
    (ERROR) @error
    """.replace("PLAIN", PLAIN.replace("\\", "\\\\"))
