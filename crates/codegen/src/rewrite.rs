//! Rewrites of progenitor's output, on its syntax tree. Each does one thing and fails when it does
//! not find what it expects, so that a new version of progenitor cannot slip past it.

mod answer_types;
mod client;
mod docs;
mod open_enums;
mod project_id;
mod send;
mod shared_paths;
mod support_module;

use quote::ToTokens;
use syn::{Item, ItemMod};

use crate::document::Document;
use crate::endpoints::Endpoints;
use crate::error::Error;
use crate::operation::Operation;

/// What the rewrites know besides the code.
pub(crate) struct Context<'a> {
    /// The document after the passes.
    pub(crate) document: &'a Document,
    pub(crate) operations: &'a [Operation],
    pub(crate) endpoints: &'a Endpoints,
    /// The name of the crate in paths, such as `huaweicloud_cce`.
    pub(crate) crate_name: &'a str,
}

impl Context<'_> {
    /// The error of code that is not as expected.
    fn unexpected(&self, what: &str) -> Error {
        self.document.error(
            "the generated code",
            format!("{what}; progenitor's output has changed, and the rewrites must follow"),
        )
    }
}

/// Applies the rewrites.
pub(crate) fn apply(file: &mut syn::File, context: &Context<'_>) -> Result<(), Error> {
    shared_paths::share_paths(file, context)?;
    send::rewrite_sends(file, context)?;
    project_id::use_known_project_id(file, context)?;
    client::rewrite_client(file, context)?;
    open_enums::open_enums(file, context)?;
    answer_types::rewrite_answer_types(file, context)?;
    docs::rewrite_docs(file, context)?;
    support_module::use_our_support_module(file);
    Ok(())
}

/// The items of a module, found by the names of the modules on the way to it.
fn module<'a>(items: &'a mut Vec<Item>, names: &[&str]) -> Option<&'a mut Vec<Item>> {
    let Some((name, rest)) = names.split_first() else {
        return Some(items);
    };
    let found = items.iter_mut().find_map(|item| match item {
        Item::Mod(ItemMod {
            ident,
            content: Some((_, inner)),
            ..
        }) if ident == name => Some(inner),
        _ => None,
    })?;
    module(found, rest)
}

/// The name of the type that an item defines or implements something for.
fn type_name(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Impl(item) => match &*item.self_ty {
            syn::Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// Code as text without regard to white space, for comparing.
fn text(code: &impl ToTokens) -> String {
    code.to_token_stream().to_string()
}
