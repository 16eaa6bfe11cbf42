"""Which nodes of the three grammars play which role: what both languages have, and what only one of them has."""

COMMON = """
[(function_declaration) (generator_function_declaration) (function_expression) (generator_function)
 (arrow_function) (method_definition)] @fn
[(class_declaration) (class)] @class
[(call_expression) (new_expression)] @call
(decorator (call_expression) @skip)
(call_expression function: (member_expression) @skip)
(assignment_expression left: (member_expression) @skip)
(expression_statement [(call_expression) (new_expression) (await_expression (call_expression) @bare)] @bare)
(await_expression (call_expression) @awaited)
(for_in_statement "await" right: (call_expression) @awaited)
(unary_expression operator: "void" argument: (call_expression) @deferred)
(for_statement body: (_) @loop) (for_in_statement body: (_) @loop)
(while_statement) @loop (do_statement) @loop
(import_statement) @import (export_statement source: (_)) @import
((call_expression function: (identifier) @_require) @import (#eq? @_require "require"))
(call_expression function: (import)) @import
[(variable_declarator) (assignment_expression) (augmented_assignment_expression)] @assign
(export_statement value: (_)) @assign
(export_statement "default" declaration: (_)) @assign
(export_statement !source (export_clause)) @assign
(try_statement body: (_) @try handler: (_))
(finally_clause) @finally
(catch_clause) @catch
((call_expression function: (member_expression object: (_) @try property: (property_identifier) @_catch)
 arguments: (arguments . [(arrow_function) (function_expression)] @catch)) (#eq? @_catch "catch"))
(member_expression) @read
["==" "!=" "===" "!=="] @compare ["<" ">" "<=" ">="] @order
(return_statement) @return (yield_expression) @return
(arrow_function body: (expression) @return) (arrow_function body: (arrow_function)) @return
(ERROR) @error
"""
ONLY_JAVASCRIPT = """
(field_definition) @field
(using_declaration (variable_declarator value: (_) @with))
"""
ONLY_TYPESCRIPT = """
[(abstract_class_declaration) (interface_declaration) (enum_declaration)] @class
(type_alias_declaration value: [(object_type) (intersection_type)]) @class
(class_body (abstract_method_signature) @fn) (interface_body (method_signature) @fn)
(public_field_definition) @field
(interface_body (property_signature) @field)
(type_alias_declaration value: (object_type (property_signature) @field))
(type_alias_declaration value: (intersection_type (object_type (property_signature) @field)))
(enum_body (property_identifier) @field) (enum_assignment) @field
(required_parameter (accessibility_modifier)) @field (required_parameter "readonly") @field
(optional_parameter (accessibility_modifier)) @field (optional_parameter "readonly") @field
(export_statement "=") @assign
"""
