use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::{VisitMut, visit_expr_mut, visit_type_path_mut};
use syn::{Block, Expr, ImplItem, Item, LitStr, Local, Pat, Stmt, TypePath, parse_quote};

use super::{Context, module, text, type_name};
use crate::error::Error;
use crate::operation::{Operation, Parameter, TextRule};

/// Makes the operations send through our transport.
///
/// - Parameters are checked against the rules of the document.
/// - The header `api-version`, which this cloud does not know, and `accept`, which the official
///   SDKs do not sign, go.
/// - The hook is told what the document says of the operation, and answers with a success or an
///   error; nothing is left to tell apart here.
/// - There is one error, without a type parameter.
pub(super) fn rewrite_sends(file: &mut syn::File, context: &Context<'_>) -> Result<(), Error> {
    let builder = module(&mut file.items, &["builder"])
        .ok_or_else(|| context.unexpected("there is no module of operations"))?;
    let mut rewritten = 0;
    for item in builder {
        let Some(name) = type_name(item) else {
            continue;
        };
        let Item::Impl(implementation) = item else {
            continue;
        };
        let operation = context
            .operations
            .iter()
            .find(|operation| heck::AsUpperCamelCase(&operation.id).to_string() == name)
            .ok_or_else(|| context.unexpected(&format!("{name} is no operation")))?;
        for item in &mut implementation.items {
            let ImplItem::Fn(function) = item else {
                continue;
            };
            Words.visit_block_mut(&mut function.block);
            if function.sig.ident == "send" {
                OneError.visit_return_type_mut(&mut function.sig.output);
                rewrite_send(&mut function.block, operation, context)?;
                rewritten += 1;
            }
        }
    }
    if rewritten == context.operations.len() {
        Ok(())
    } else {
        Err(context.unexpected("an operation cannot be sent"))
    }
}

fn rewrite_send(
    block: &mut Block,
    operation: &Operation,
    context: &Context<'_>,
) -> Result<(), Error> {
    let unexpected = |what: &str| context.unexpected(&format!("{}: {what}", operation.id));
    let decode = decoding_in(block).ok_or_else(|| unexpected("the answer is not decoded"))?;
    let sent = position_of(block, "info").ok_or_else(|| unexpected("nothing is sent"))?;
    block.stmts.truncate(sent);

    drop_api_version(block).ok_or_else(|| unexpected("the header api-version is not there"))?;
    let has_headers = block
        .stmts
        .iter()
        .filter(|stmt| text(stmt).contains("header_map"))
        .count()
        > 2;
    if !has_headers {
        block
            .stmts
            .retain(|stmt| local_name(stmt).as_deref() != Some("header_map"));
    }
    let request = local_mut(block, "request").ok_or_else(|| unexpected("no request is built"))?;
    request.attrs.clear();
    request.pat = parse_quote!(request);
    if let Some(init) = &mut request.init {
        RequestChain { has_headers }.visit_expr_mut(&mut init.expr);
    }
    for parameter in &operation.parameters {
        if let Some(rule) = checked_rule(parameter) {
            let local = local_mut(block, &parameter.name)
                .filter(|_| !(parameter.in_path && parameter.name == "project_id"));
            if let Some(init) = local.and_then(|local| local.init.as_mut()) {
                check(&mut init.expr, parameter, &rule)
                    .ok_or_else(|| unexpected("a parameter is not read as it was"))?;
            }
        }
    }
    InvalidRequest {
        operation: &operation.id,
    }
    .visit_block_mut(block);
    // What the address and the path are made of is escaped there, whatever its type.
    let info = info(operation);
    block.stmts.extend::<Vec<Stmt>>(parse_quote! {
        let info = #info;
        let response = client.exec(request, &info).await?;
    });
    block.stmts.push(Stmt::Expr(decode, None));
    Ok(())
}

/// What the transport is told of an operation.
fn info(operation: &Operation) -> TokenStream {
    let id = &operation.id;
    let authenticated = operation.authenticated;
    let failure = match &operation.failure {
        None => quote!(None),
        Some(failure) => {
            let (property, value, message) = (&failure.property, &failure.value, &failure.message);
            quote!(Some(::huaweicloud_core::progenitor_client::Failure {
                property: #property,
                value: #value,
                message: #message,
            }))
        }
    };
    quote! {
        OperationInfo { operation_id: #id, authenticated: #authenticated, failure: #failure }
    }
}

/// The way in which the answer of success is decoded: the first arm of the last statement.
fn decoding_in(block: &Block) -> Option<Expr> {
    let Some(Stmt::Expr(Expr::Match(last), None)) = block.stmts.last() else {
        return None;
    };
    let decoding = text(&last.arms.first()?.body);
    let decoding = decoding.split_whitespace().collect::<String>();
    Some(if decoding.contains("from_response(response)") {
        parse_quote!(ResponseValue::from_response(response, &info))
    } else if decoding.contains("empty(response)") {
        parse_quote!(Ok(ResponseValue::empty(response)))
    } else {
        return None;
    })
}

fn drop_api_version(block: &mut Block) -> Option<()> {
    let index = block
        .stmts
        .iter()
        .position(|stmt| local_name(stmt).is_none() && text(stmt).contains("\"api-version\""))?;
    block.stmts.remove(index);
    Some(())
}

fn checked_rule(parameter: &Parameter) -> Option<TextRule> {
    let rule = parameter.text.clone()?;
    (parameter.in_path || rule != TextRule::default()).then_some(rule)
}

/// Puts a check before `.map_err(Error::InvalidRequest)?`.
fn check(expr: &mut Expr, parameter: &Parameter, rule: &TextRule) -> Option<()> {
    let Expr::Try(tried) = expr else { return None };
    let Expr::MethodCall(map_err) = &mut *tried.expr else {
        return None;
    };
    let receiver = &map_err.receiver;
    let name = &parameter.name;
    let start = if parameter.in_path {
        quote!(TextRule::segment())
    } else {
        quote!(TextRule::text())
    };
    let length = rule.length.map(|(min, max)| {
        let (min, max) = (
            usize::try_from(min).ok(),
            max.and_then(|max| usize::try_from(max).ok()),
        );
        let min = min.unwrap_or(usize::MAX);
        match max {
            Some(max) => quote!(.length(#min, #max)),
            None => quote!(.length(#min, usize::MAX)),
        }
    });
    let pattern = rule
        .pattern
        .as_ref()
        .map(|pattern| quote!(.pattern(#pattern)));
    let method = if parameter.required {
        format_ident!("check")
    } else {
        format_ident!("check_optional")
    };
    *map_err.receiver = parse_quote! {
        #receiver.and_then(|value| {
            static RULE: TextRule = #start #length #pattern;
            RULE.#method(#name, value)
        })
    };
    Some(())
}

/// Drops `.header(ACCEPT, …)`, and `.headers(header_map)` where there are none.
struct RequestChain {
    has_headers: bool,
}

impl VisitMut for RequestChain {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        while let Expr::MethodCall(call) = expr {
            let method = call.method.to_string();
            let drops = method == "header" && text(&call.args).contains("ACCEPT")
                || method == "headers" && !self.has_headers;
            if !drops {
                break;
            }
            let receiver = std::mem::replace(&mut *call.receiver, parse_quote!(()));
            *expr = receiver;
        }
        visit_expr_mut(self, expr);
    }
}

/// Names the operation in the error of a refused parameter.
struct InvalidRequest<'a> {
    operation: &'a str,
}

impl VisitMut for InvalidRequest<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_expr_mut(self, expr);
        if text(expr) == "Error :: InvalidRequest" {
            let operation = self.operation;
            *expr = parse_quote!(|message| Error::invalid_request(#operation, message));
        }
    }
}

/// `Error<()>` becomes `Error`.
struct OneError;

impl VisitMut for OneError {
    fn visit_type_path_mut(&mut self, path: &mut TypePath) {
        visit_type_path_mut(self, path);
        if let Some(last) = path.path.segments.last_mut()
            && last.ident == "Error"
        {
            last.arguments = syn::PathArguments::None;
        }
    }
}

/// Says what the caller is to do.
struct Words;

impl VisitMut for Words {
    fn visit_lit_str_mut(&mut self, literal: &mut LitStr) {
        let words = literal.value();
        if let Some(name) = words.strip_suffix(" was not initialized") {
            *literal = LitStr::new(
                &format!("{name} is required, but was not set"),
                literal.span(),
            );
        } else if words.starts_with("conversion to `:: std :: string :: String`") {
            let words = words.replace(":: std :: string :: String", "String");
            *literal = LitStr::new(&words, literal.span());
        }
    }
}

fn position_of(block: &Block, name: &str) -> Option<usize> {
    block
        .stmts
        .iter()
        .position(|stmt| local_name(stmt).as_deref() == Some(name))
}

fn local_name(stmt: &Stmt) -> Option<String> {
    let Stmt::Local(Local {
        pat: Pat::Ident(ident),
        ..
    }) = stmt
    else {
        return None;
    };
    Some(ident.ident.to_string())
}

fn local_mut<'a>(block: &'a mut Block, name: &str) -> Option<&'a mut Local> {
    block.stmts.iter_mut().find_map(|stmt| match stmt {
        Stmt::Local(local) => match &local.pat {
            Pat::Ident(ident) if ident.ident == name => Some(local),
            _ => None,
        },
        _ => None,
    })
}
