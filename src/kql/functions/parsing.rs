//! Structured text: URLs, paths, command lines, CSV.

use super::arguments::{list_value, text};
use super::encoding::url_decoded;
use super::signature::{STRING, once};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::kql::Decimal;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::{Value as Json, json};

/// This family.
pub static FUNCTIONS: &[&Function] =
    &[&PARSE_URL, &PARSE_URLQUERY, &PARSE_PATH, &PARSE_COMMAND_LINE, &PARSE_CSV, &PARSE_VERSION, &PARSE_XML];

static PARSE_URL: Function = Function {
    name: "parse_url",
    signatures: &[Signature { parameters: &[once("url", STRING)], returns: Returns::Only(Type::Dynamic) }],
    summary: "The parts of a URL as a bag; null where it has no scheme.",
    source: "https://learn.microsoft.com/kusto/query/parse-url-function",
    examples: &[
        Example {
            call: "parse_url('https://ada:pw@x.example:8080/a/b?k1=v1&k2=v2#frag')",
            result: r#"{"Scheme":"https","Host":"x.example","Port":"8080","Path":"/a/b","Username":"ada","Password":"pw","Query Parameters":{"k1":"v1","k2":"v2"},"Fragment":"frag"}"#,
        },
        Example { call: "parse_url('https://x.example').Host", result: "x.example" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(parse_url),
};

static PARSE_URLQUERY: Function = Function {
    name: "parse_urlquery",
    signatures: &[Signature { parameters: &[once("query", STRING)], returns: Returns::Only(Type::Dynamic) }],
    summary: "The parameters of a URL query as a bag.",
    source: "https://learn.microsoft.com/kusto/query/parse-urlquery-function",
    examples: &[Example {
        call: "parse_urlquery('k1=v1&k2=a%20b')",
        result: r#"{"Query Parameters":{"k1":"v1","k2":"a b"}}"#,
    }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(parse_urlquery),
};

static PARSE_PATH: Function = Function {
    name: "parse_path",
    signatures: &[Signature { parameters: &[once("path", STRING)], returns: Returns::Only(Type::Dynamic) }],
    summary: "The parts of a file path as a bag.",
    source: "https://learn.microsoft.com/kusto/query/parse-path-function",
    examples: &[
        Example {
            call: r"parse_path('C:\\temp\\file.txt')",
            result: r#"{"Scheme":"","RootPath":"C:","DirectoryPath":"C:\\temp","DirectoryName":"temp","Filename":"file.txt","Extension":"txt","AlternateDataStreamName":""}"#,
        },
        Example { call: r"parse_path(@'\\host\share\a.exe:s1').AlternateDataStreamName", result: "s1" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(parse_path),
};

static PARSE_COMMAND_LINE: Function = Function {
    name: "parse_command_line",
    signatures: &[Signature {
        parameters: &[once("command_line", Accepts::Any), once("parser_type", STRING)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "The arguments of a command line as a list; the parser is `windows`.",
    source: "https://learn.microsoft.com/kusto/query/parse-command-line-function",
    examples: &[
        Example {
            call: r#"parse_command_line(@'echo "hello world!" -x', 'windows')"#,
            result: r#"["echo","hello world!","-x"]"#,
        },
        Example { call: "parse_command_line('', 'windows')", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(parse_command_line),
};

static PARSE_CSV: Function = Function {
    name: "parse_csv",
    signatures: &[Signature { parameters: &[once("csv_text", Accepts::Text)], returns: Returns::Only(Type::Dynamic) }],
    summary: "The fields of one record as a list.",
    source: "https://learn.microsoft.com/kusto/query/parse-csv-function",
    examples: &[
        Example { call: "parse_csv('aa,b,cc')", result: r#"["aa","b","cc"]"# },
        Example { call: r#"parse_csv('aa,"b,b","c""c"')"#, result: r#"["aa","b,b","c\"c"]"# },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(parse_csv),
};

static PARSE_VERSION: Function = Function {
    name: "parse_version",
    signatures: &[Signature { parameters: &[once("version", STRING)], returns: Returns::Only(Type::Decimal) }],
    summary: "A version of up to four parts as a decimal that orders as versions do; null where it is none.",
    source: "https://learn.microsoft.com/kusto/query/parse-version-function",
    examples: &[
        Example { call: "parse_version('0.0.0.5')", result: "5" },
        Example { call: "parse_version('1.2.3.40')", result: "1000000020000000300000040" },
        Example { call: "parse_version('1.10') > parse_version('1.9.9')", result: "True" },
        Example { call: "parse_version('1.2.3.4.5')", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(parse_version),
};

static PARSE_XML: Function = Function {
    name: "parse_xml",
    signatures: &[Signature { parameters: &[once("xml", STRING)], returns: Returns::Only(Type::Dynamic) }],
    summary: "XML as bags and lists: attributes are called @name, text beside them #text; null where it is no XML.",
    source: "https://learn.microsoft.com/kusto/query/parse-xml-function",
    examples: &[
        Example {
            call: r#"parse_xml('<a x="1"><b>one</b><b>two</b><c/></a>')"#,
            result: r#"{"a":{"@x":"1","b":["one","two"],"c":null}}"#,
        },
        Example { call: "parse_xml('<a>').a", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| super::xml::parse(&text(arguments, 0)).map_or(Value::Null, Value::dynamic)),
};

/// Each part takes eight digits; parts that are missing are 0.
fn parse_version(_: &Context, arguments: &[Value]) -> Value {
    const PARTS: usize = 4;
    const DIGITS: usize = 8;
    let version = text(arguments, 0);
    let mut digits = String::with_capacity(PARTS * DIGITS);
    let mut parts = 0;
    for part in version.split('.') {
        if part.is_empty() || part.len() > DIGITS || !part.bytes().all(|digit| digit.is_ascii_digit()) {
            return Value::Null;
        }
        digits.extend(std::iter::repeat_n('0', DIGITS - part.len()).chain(part.chars()));
        parts += 1;
    }
    if parts > PARTS {
        return Value::Null;
    }
    digits.extend(std::iter::repeat_n('0', (PARTS - parts) * DIGITS));
    Decimal::parse(&digits).map_or(Value::Null, Value::Decimal)
}

/// Where the text splits at the first `separator`: before and after, or all and nothing.
fn cut<'a>(source: &'a str, separator: &str) -> (&'a str, &'a str) {
    source.split_once(separator).unwrap_or((source, ""))
}

fn query_bag(query: &str) -> Json {
    let mut parameters = serde_json::Map::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = cut(pair, "=");
        parameters.insert(url_decoded(name), Json::from(url_decoded(value)));
    }
    Json::Object(parameters)
}

fn parse_url(_: &Context, arguments: &[Value]) -> Value {
    let url = text(arguments, 0);
    let Some((scheme, rest)) = url.split_once("://") else { return Value::Null };
    let (rest, fragment) = cut(rest, "#");
    let (rest, query) = cut(rest, "?");
    let path_at = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(path_at).unwrap_or((rest, ""));
    let (user, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (name, password) = cut(user, ":");
    let after_host = place.rfind(']').map_or(0, |bracket| bracket + 1);
    let port_at = place.get(after_host..).and_then(|tail| tail.find(':')).map(|at| at + after_host);
    let host = port_at.and_then(|at| place.get(..at)).unwrap_or(place);
    let port = port_at.and_then(|at| place.get(at + 1..)).unwrap_or_default();
    Value::dynamic(json!({
        "Scheme": scheme,
        "Host": host,
        "Port": port,
        "Path": path,
        "Username": name,
        "Password": password,
        "Query Parameters": query_bag(query),
        "Fragment": fragment,
    }))
}

fn parse_urlquery(_: &Context, arguments: &[Value]) -> Value {
    let query = text(arguments, 0);
    Value::dynamic(json!({ "Query Parameters": query_bag(query.strip_prefix('?').unwrap_or(&query)) }))
}

fn parse_path(_: &Context, arguments: &[Value]) -> Value {
    let whole = text(arguments, 0);
    let (scheme, path) = whole.split_once("://").unwrap_or(("", &whole));
    let is_separator = |c: char| c == '\\' || c == '/';
    let root = match path.char_indices().nth(1) {
        Some((at, ':')) if path.starts_with(|c: char| c.is_ascii_alphabetic()) => path.get(..=at).unwrap_or_default(),
        _ => "",
    };
    let last = path.rfind(is_separator);
    let directory = last.and_then(|at| path.get(..at)).unwrap_or_default();
    let file = last.and_then(|at| path.get(at + 1..)).unwrap_or(path);
    let (file, stream) = if root.len() == path.len() { (file, "") } else { cut(file, ":") };
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    let parent = directory.rsplit(is_separator).next().unwrap_or_default();
    Value::dynamic(json!({
        "Scheme": scheme,
        "RootPath": root,
        "DirectoryPath": directory,
        "DirectoryName": parent,
        "Filename": file,
        "Extension": extension,
        "AlternateDataStreamName": stream,
    }))
}

/// Arguments as Windows' C runtime splits a command line: by blanks outside quotes; `\"` is a quote.
fn parse_command_line(_: &Context, arguments: &[Value]) -> Value {
    if !text(arguments, 1).eq_ignore_ascii_case("windows") {
        return Value::Null;
    }
    let line = text(arguments, 0);
    let (mut parts, mut part, mut begun, mut quoted) = (Vec::new(), String::new(), false, false);
    let mut backslashes = 0;
    for c in line.chars() {
        if c == '\\' {
            backslashes += 1;
            begun = true;
            continue;
        }
        let is_quote = c == '"';
        let kept = if is_quote { backslashes / 2 } else { backslashes };
        part.extend(std::iter::repeat_n('\\', kept));
        let escaped = is_quote && backslashes % 2 == 1;
        backslashes = 0;
        match c {
            '"' if !escaped => {
                quoted = !quoted;
                begun = true;
            }
            ' ' | '\t' if !quoted => {
                if begun {
                    parts.push(Json::from(std::mem::take(&mut part)));
                }
                begun = false;
            }
            _ => {
                part.push(c);
                begun = true;
            }
        }
    }
    part.extend(std::iter::repeat_n('\\', backslashes));
    if begun {
        parts.push(Json::from(part));
    }
    if parts.is_empty() { Value::Null } else { list_value(parts) }
}

/// The fields of the first record, by RFC 4180.
fn parse_csv(_: &Context, arguments: &[Value]) -> Value {
    let source = text(arguments, 0);
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut characters = source.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' if quoted || field.is_empty() => quoted = !quoted,
            ',' if !quoted => fields.push(Json::from(std::mem::take(&mut field))),
            '\r' | '\n' if !quoted => break,
            _ => field.push(c),
        }
    }
    fields.push(Json::from(field));
    list_value(fields)
}
