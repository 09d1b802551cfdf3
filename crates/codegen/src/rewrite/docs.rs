use std::fmt::Write as _;

use syn::{Attribute, Expr, ExprLit, ImplItem, Item, Lit, Meta, parse_quote};

use super::{Context, type_name};
use crate::error::Error;
use crate::operation::Operation;

/// Gives each operation an example that compiles, with the documented values, in place of
/// progenitor's, which is not compiled.
pub(super) fn rewrite_docs(file: &mut syn::File, context: &Context<'_>) -> Result<(), Error> {
    let mut remaining: Vec<&Operation> = context.operations.iter().collect();
    for item in &mut file.items {
        if type_name(item).as_deref() != Some("Client") {
            continue;
        }
        let Item::Impl(client) = item else { continue };
        for method in &mut client.items {
            let ImplItem::Fn(method) = method else {
                continue;
            };
            let Some(index) = remaining
                .iter()
                .position(|operation| method.sig.ident == operation.method_name())
            else {
                continue;
            };
            let operation = remaining.swap_remove(index);
            for attribute in &mut method.attrs {
                let Some(text) = doc_text(attribute) else {
                    continue;
                };
                let Some((head, _)) = text.split_once("```ignore") else {
                    continue;
                };
                let head = head.replace(":project_id", "{project_id}");
                let doc = format!("{head}{}", example(operation, context.crate_name));
                *attribute = parse_quote!(#[doc = #doc]);
            }
        }
    }
    // The builders' methods, whose paths would otherwise show the room left for the project id.
    for item in super::module(&mut file.items, &["builder"])
        .into_iter()
        .flatten()
    {
        let Item::Impl(builder) = item else { continue };
        for method in &mut builder.items {
            let ImplItem::Fn(method) = method else {
                continue;
            };
            for attribute in &mut method.attrs {
                let Some(text) = doc_text(attribute) else {
                    continue;
                };
                let text = text.replace(":project_id", "{project_id}");
                *attribute = syn::parse_quote!(#[doc = #text]);
            }
        }
    }
    match remaining.first() {
        None => Ok(()),
        Some(operation) => {
            Err(context.unexpected(&format!("there is no method for {}", operation.id)))
        }
    }
}

fn example(operation: &Operation, crate_name: &str) -> String {
    let body = match &operation.body {
        Some(name) => format!(", body: {crate_name}::types::{name}"),
        None => String::new(),
    };
    let mut code = format!(
        "```no_run\n\
         # async fn example(client: &{crate_name}::Client{body}) -> Result<(), {crate_name}::Error> {{\n\
         let answer = client\n    .{}()\n",
        operation.method_name(),
    );
    for parameter in operation
        .parameters
        .iter()
        .filter(|parameter| parameter.is_asked_for())
    {
        let value = parameter.example.as_deref().unwrap_or("\"…\"");
        let _ = writeln!(code, "    .{}({value})", parameter.name);
    }
    if operation.body.is_some() {
        code.push_str("    .body(body)\n");
    }
    code.push_str("    .send()\n    .await?;\n# Ok(())\n# }\n```");
    code
}

fn doc_text(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}
