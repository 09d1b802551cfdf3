use proc_macro2::{Group, Literal, TokenStream, TokenTree};
use quote::ToTokens as _;
use serde_json::Value;
use syn::LitStr;

use super::Context;
use crate::error::Error;
use crate::passes::without_variant;

/// Takes the names of variants, as in `/v3/auth/tokens#assume-role`, out of the addresses and of
/// the documentation: they only told operations of one path and method apart in the document.
pub(super) fn share_paths(file: &mut syn::File, context: &Context<'_>) -> Result<(), Error> {
    let paths = context
        .document
        .root
        .get("paths")
        .and_then(Value::as_object);
    let variants: Vec<String> = paths
        .into_iter()
        .flat_map(|paths| paths.keys())
        .filter_map(|path| path.split_once('#'))
        .map(|(_, variant)| format!("#{variant}"))
        .collect();
    if variants.is_empty() {
        return Ok(());
    }
    let tokens = without_variants(file.to_token_stream(), &variants);
    *file = syn::parse2(tokens)
        .map_err(|error| context.unexpected(&format!("it is not as it was written: {error}")))?;
    Ok(())
}

fn without_variants(tokens: TokenStream, variants: &[String]) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => {
                let inner = without_variants(group.stream(), variants);
                TokenTree::Group(Group::new(group.delimiter(), inner))
            }
            TokenTree::Literal(literal) => TokenTree::Literal(rewritten(literal, variants)),
            other => other,
        })
        .collect()
}

/// An address ends with its path, and documentation has it in backquotes.
fn rewritten(literal: Literal, variants: &[String]) -> Literal {
    let Ok(text) = syn::parse2::<LitStr>(TokenTree::Literal(literal.clone()).into()) else {
        return literal;
    };
    let text = text.value();
    let mut changed = text.clone();
    for variant in variants {
        if text.starts_with("{}/") && text.ends_with(variant.as_str()) {
            changed = without_variant(&text).to_owned();
        }
        changed = changed.replace(&format!("{variant}`"), "`");
    }
    if changed == text {
        literal
    } else {
        Literal::string(&changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_of_variants_go() {
        let code = r##"
            #[doc = "Sends a `POST` request to `/a/{id}/b#delete`"]
            fn f() { format!("{}/a/{}/b#delete", x); g("a#delete"); h("{}/a#other", 1, b"{}/#delete") }
        "##;
        let expected = r##"
            #[doc = "Sends a `POST` request to `/a/{id}/b`"]
            fn f() { format!("{}/a/{}/b", x); g("a#delete"); h("{}/a#other", 1, b"{}/#delete") }
        "##;
        let tokens = without_variants(code.parse().unwrap(), &["#delete".to_owned()]);
        let expected: TokenStream = expected.parse().unwrap();
        assert_eq!(tokens.to_string(), expected.to_string());
    }
}
