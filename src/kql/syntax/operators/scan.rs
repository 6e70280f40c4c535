//! `scan`

use crate::kql::syntax::ast::{Operator, Scan, ScanOutput, ScanStep};
use crate::kql::syntax::parser::Parser;
use crate::kql::syntax::token::TokenKind;

impl Parser<'_> {
    /// `scan [with_match_id=name] [declare (columns)] with (step name: condition => assignments; …)`
    pub(super) fn scan(&mut self) -> Operator {
        let mut scan = Scan { match_id: None, declared: Vec::new(), steps: Vec::new() };
        if self.at_parameter("with_match_id") {
            self.bump();
            self.bump();
            scan.match_id = self.name("a column name");
        }
        if self.eat_word("declare") && self.expect(TokenKind::OpenParen, "'('") {
            scan.declared = self.list(Self::parameter).into_iter().flatten().collect();
            self.close_paren();
        }
        self.expect_word("with");
        self.expect(TokenKind::OpenParen, "'('");
        while self.at_word("step") {
            let Some(step) = self.step() else { break };
            scan.steps.push(step);
            if !self.eat(TokenKind::Semicolon) {
                break;
            }
        }
        if scan.steps.is_empty() {
            self.missing("a step");
        }
        self.close_paren();
        Operator::Scan(scan)
    }

    fn step(&mut self) -> Option<ScanStep> {
        self.bump();
        let name = self.name("a step name")?;
        self.eat_word("optional");
        let mut output = ScanOutput::All;
        if self.at_parameter("output") {
            self.bump();
            self.bump();
            let span = self.span();
            match self.eat_name().as_ref().map(|name| &*name.text) {
                Some("all") => {}
                Some("last") => output = ScanOutput::Last,
                Some("none") => output = ScanOutput::None,
                _ => self.complain(span, "The output of a step is 'all', 'last' or 'none'"),
            }
        }
        self.expect(TokenKind::Colon, "':'");
        let condition = self.expression();
        let assignments = if self.eat(TokenKind::Arrow) { self.named_expressions() } else { Vec::new() };
        Some(ScanStep { name, output, condition, assignments })
    }
}
