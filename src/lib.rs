//! `assess`: a scoring engine over spreadsheets for committees that assess hundreds of units (单位) a year.
//!
//! # How data flows
//!
//! ```text
//! files ─read─> tables of located raw values ─check─> Assessment ─score─> Measured, UnitScore ─grade─> Grading
//!                    └────────────── findings (collected, never thrown) ──────────────┘
//!       ─outcome─> result document ─report─> documents as values ─write─> bytes ─publish─> results/vNNN
//! ```
//!
//! | module | what it does | may touch |
//! |---|---|---|
//! | [`read`] | files to located raw values; interprets nothing | files (reading); calamine, zip and XML in `read::xlsx`, `read::legacy`, `read::gate` only; starts itself in `read::worker` |
//! | [`model`] | `assess.toml` and the indicator table to a checked model | nothing |
//! | [`check`] | raw tables to an [`assessment::Assessment`] | nothing |
//! | [`score`] | leaves, ballots, given scores, adjustments, totals | nothing |
//! | [`grade`] | ranks, caps, promotions, decisions, quotas, the grade path | nothing |
//! | [`assertions`] | published values against rows of 核对 | nothing |
//! | [`outcome`] | the result as one document, `assess.result/1` | nothing |
//! | [`feedback`] | what each unit is told: distances, strengths, problems, statistics of groups | nothing |
//! | [`appeals`] | the time for appeals | nothing |
//! | [`states`] | the states of versions: a log of chained lines, and which step may follow which | nothing |
//! | [`verify`] | recorded numbers calculated again, straight from the rules; documents and workbooks compared | nothing |
//! | [`receipts`] | 收件清单: what was received and which of it is adopted | nothing |
//! | [`diff`] | what differs between two results, and why | nothing |
//! | [`compare`] | two results side by side: every unit, rank correlation, progress, method | nothing |
//! | [`report`], [`trace`], [`coverage`], [`status`] | documents for people, as values | nothing |
//! | [`forms`], [`init`] | empty forms and new projects, as documents | nothing; toml_edit in `init::last` only |
//! | [`write`](mod@write) | documents to bytes | rust_xlsxwriter in `write::workbook` only |
//! | [`publish`] | stage, sync, one rename | files (writing), nothing else does |
//! | [`pipeline`] | the run as a table of contents, up to the result document | the modules above |
//! | [`app`], [`cli`], [`exit`] | commands, what may be typed, exit codes | the terminal |
//! | [`number`], [`place`], [`finding`], [`i18n`], [`text`] | exact numbers, provenance, findings, words, comparing names | nothing |
//!
//! Errors are three different things. A fault in the data is a [`finding::Finding`]: collected, with code, place, found,
//! expected and remedy. A fault of the world (a file that cannot be opened, a full disk) is an `anyhow` error with path and
//! action. A bug is a panic with the broken invariant.
//!
//! # Words
//!
//! unit 单位 · group 分组 · model 考核模型 · line 线 · aspect 方面 · cell 单元 (line × aspect) · indicator, leaf 指标 ·
//! component 考核组成 · rater 评委 · rater class 评议主体 · ballot 评议票 · rating 评价 · tally 票数汇总 · self-report 自评表 ·
//! verified 核定 · adjustment 加减分 · event 事项 · matter 事由 · cap 等次上限 · promotion 晋等 · decision 等次审定 ·
//! quota 名额比例 · places 名额 · base 基础分 · total 总分 · rank 位次 · grade 等次 · grade path 定等过程 · version 版本 ·
//! trace 计算过程 · finding: an error, warning or note about an input.
//!
//! # Decisions
//!
//! - Numbers are fractions of unbounded integers between declared rounding points ([`number::Exact`]); no double decides
//!   anything. A cell's double becomes the decimal a user sees (15 significant digits) when it is read.
//! - Reading finds tables by header words only and hands on raw values; all meaning is given by `check`, so a new layout
//!   changes `read::table` and nothing after it.
//! - Nothing is parsed before our own gate has read it: container, XML and every cell. What readers would take differently
//!   is refused, so the parser can change no value in silence. Workbooks other than .xlsx are parsed by this program started
//!   again with little memory and time, since their parsers can panic, abort or not end.
//! - Scoring has two steps: `score::measure` looks at inputs, `score::total` applies corrections and adjustments. A
//!   re-grade repeats only the second.
//! - The result document is the only source of workbooks and explanations; what it does not hold, nobody can print.

pub mod app;
pub mod appeals;
pub mod assertions;
pub mod assessment;
pub mod check;
pub mod cli;
pub mod compare;
pub mod coverage;
pub mod diff;
pub mod exit;
pub mod feedback;
pub mod finding;
pub mod forms;
pub mod grade;
pub mod i18n;
pub mod init;
pub mod model;
pub mod number;
pub mod outcome;
pub mod pipeline;
pub mod place;
pub mod publish;
pub mod read;
pub mod receipts;
pub mod regrade;
pub mod report;
pub mod score;
pub mod states;
pub mod status;
pub mod text;
pub mod trace;
pub mod verify;
pub mod write;
