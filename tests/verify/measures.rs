//! A project that was scored, with all that compares, multiplies, converts, limits and leaves out: one document in which every
//! value is forged.

use std::fs;

use assess::pipeline;
use assess::read::Project;

use super::case::Case;

/// Two schemes. R1 is a formula times a coefficient, relative to the best; R2 a place of a value; B1, C1 and D1 have periods;
/// D1 and E1 are of one scheme each. Component g multiplies and converts by the mean, h is limited and converted by place, v is a
/// share of votes with a limit.
const MODEL: &str = r#"
[assessment]
title = "T"
period = "2025"
issuer = "I"
[score]
component_decimals = 1
[[scheme]]
code = "S1"
name = "县"
for = { group = ["一组"] }
[[scheme]]
code = "S2"
name = "区"
for = { group = ["二组"] }
weights = { i = 50, g = 30, v = 20 }
[[line]]
code = "L1"
name = "线"
[[aspect]]
code = "A1"
name = "甲"
points = 60
[[aspect]]
code = "A2"
name = "乙"
points = 40
[[indicator]]
code = "R1"
line = "L1"
aspect = "A1"
name = "投资"
points = 20
rule = "相对"
params = "to=best;within=all"
expr = "a + b/2"
inputs = "a;b"
coefficient = "系数"
source = "部门"
[[indicator]]
code = "R2"
line = "L1"
aspect = "A1"
name = "信息"
points = 20
rule = "名次"
params = "first=20;step=2;within=all"
source = "部门"
[[indicator]]
code = "B1"
line = "L1"
aspect = "A1"
name = "位次"
points = 20
rule = "按位次"
params = "first=20;step=5%;within=all;periods=mean;drop=low:1"
source = "部门"
[[indicator]]
code = "C1"
line = "L1"
aspect = "A2"
name = "进度"
points = 20
rule = "比率"
params = "target=100;periods=weighted;period_weights=1月:40|2月:60"
source = "部门"
[[indicator]]
code = "D1"
line = "L1"
aspect = "A2"
name = "活动"
points = 20
rule = "计数"
params = "每次=2;periods=sum"
source = "部门"
schemes = ["S1"]
[[indicator]]
code = "E1"
line = "L1"
aspect = "A2"
name = "评价"
points = 20
rule = "分档"
params = "0:0,60:12,90:20;interpolate=yes"
source = "部门"
schemes = ["S2"]
[[component]]
id = "i"
name = "指标"
weight = 40
kind = "indicators"
coefficient = "系数"
[[component]]
id = "g"
name = "日常"
weight = 20
kind = "given"
periods = "weighted"
period_weights = { "1月" = 25, "2月" = 25, "3月" = 50 }
drop = { low = 1 }
not_applicable = "renormalise"
coefficient = "系数"
coefficient_max = "none"
convert = { by = "mean", mean = 80, within = "all" }
[[component]]
id = "h"
name = "专项"
weight = 20
kind = "given"
limit = [{ when = { bonus = true, at_least = 1 }, at_most = 90 }]
convert = { by = "place", step = 4, within = "all" }
into_aspects = false
[[component]]
id = "v"
name = "测评"
weight = 20
kind = "ballots"
full = 200
levels = { "优秀" = 200, "称职" = 150, "不称职" = 0 }
measure = "share"
share_of = ["优秀"]
bands = { 0 = 145, 60 = 160, 80 = 190 }
denominator = "issued"
limit = [{ when = { votes = "v", of = ["不称职"], at_least = 20 }, at_most = 65, clause = "第八条" }]
[[component.class]]
id = "V"
name = "代表"
weight = 60
[[component.class]]
id = "R"
name = "领导"
weight = 40
issued = 4
[[adjustment]]
code = "J1"
name = "表彰"
kind = "bonus"
points = 1.5
[[grade]]
name = "优秀"
quota = { share = 50, rounding = "ceil", by = { "S2" = { places = 1 } } }
[[grade]]
name = "达标"
at_least = 60
[[grade]]
name = "不达标"
at_least = 0
bottom = { share = 20, safe_from = 75 }
[[cap]]
code = "C1"
name = "短板"
at_most = "达标"
when = { votes = "v", of = ["不称职"], at_least = 20 }
[rank]
scope = "scheme"
[[award]]
code = "W1"
name = "投资奖"
by = "R1"
places = 1
scope = "all"
unless = { points = "B1", below = 17 }
[[award]]
code = "W2"
name = "日常奖"
by = "g"
share = 40
scope = "scheme"
at_least = 70
"#;

const FILES: [(&str, &str); 11] = [
    (
        "roster.csv",
        "单位代码,单位全称,分组,参评方式,系数\nU1,甲,一组,排名,1.2\nU2,乙,一组,排名,0.9\nU3,丙,一组,排名,1\nU4,丁,二组,排名,1.1\n\
         U5,戊,二组,单列,1\n",
    ),
    (
        "verified/输入项.csv",
        "单位,指标代码,输入项,核定值\nU1,R1,a,50\nU1,R1,b,10\nU2,R1,a,70\nU2,R1,b,8\nU3,R1,a,60\nU3,R1,b,0\nU4,R1,a,40\nU4,R1,b,30\n\
         U5,R1,a,30\nU5,R1,b,30\n",
    ),
    (
        "verified/值.csv",
        "单位,指标代码,核定值,核定得分,核定说明\nU1,R2,5,,\nU2,R2,7,,\nU3,R2,7,,\nU4,R2,3,,\nU5,R2,9,,\nU4,E1,75,,\nU5,E1,不涉及,,\n",
    ),
    (
        "verified/期次.csv",
        "单位,指标代码,期次,核定值,核定得分,核定说明\nU1,B1,1月,1,,\nU1,B1,2月,2,,\nU1,B1,3月,1,,\nU2,B1,1月,2,,\nU2,B1,2月,1,,\n\
         U2,B1,3月,3,,\nU3,B1,1月,3,,\nU3,B1,2月,4,,\nU3,B1,3月,2,,\nU4,B1,1月,4,,\nU4,B1,2月,3,,\nU4,B1,3月,4,,\nU5,B1,1月,5,,\n\
         U5,B1,2月,5,,\nU5,B1,3月,5,,\nU1,C1,1月,80,,\nU1,C1,2月,50,,\nU2,C1,1月,90,,\nU2,C1,2月,95,,\nU3,C1,1月,不涉及,,\n\
         U3,C1,2月,70,,\nU4,C1,1月,60,,\nU4,C1,2月,65,,\nU5,C1,1月,66,,\nU5,C1,2月,67,,\nU1,D1,1月,2,,\nU1,D1,2月,3,,\nU2,D1,1月,1,,\n\
         U2,D1,2月,0,,\nU3,D1,1月,4,,\nU3,D1,2月,9,,\n",
    ),
    (
        "given/g/g.csv",
        "单位,期次,得分\nU1,1月,80\nU1,2月,85\nU1,3月,90\nU2,1月,70\nU2,2月,70\nU2,3月,65\nU3,1月,不涉及\nU3,2月,不涉及\nU3,3月,不涉及\n\
         U4,1月,60\nU4,2月,不涉及\nU4,3月,75\nU5,1月,50\nU5,2月,55\nU5,3月,60\n",
    ),
    ("given/h/h.csv", "单位,得分\nU1,95\nU2,93\nU3,88\n"),
    (
        "tallies/v/v.csv",
        "单位,评议主体,优秀,称职,不称职,弃权/未填,发出,收回,有效,无效\nU1,V,8,1,1,0,10,10,10,0\nU2,V,6,2,1,0,10,10,9,1\n\
         U3,V,6,2,1,1,10,10,10,0\nU4,V,4,2,4,0,10,10,10,0\nU5,V,5,4,1,0,10,10,10,0\n",
    ),
    (
        "ballots/v/v.csv",
        "评议主体,评委编号,所在单位,单位,评价\nR,r1,,U1,优秀\nR,r1,,U2,称职\nR,r1,,U3,优秀\nR,r1,,U4,不称职\nR,r1,,U5,称职\n\
         R,r2,U1,U1,优秀\nR,r2,U1,U2,优秀\nR,r2,U1,U3,称职\nR,r2,U1,U4,称职\nR,r2,U1,U5,优秀\nR,r3,,U1,优秀\nR,r3,,U2,优秀\n\
         R,r3,,U3,很好\nR,r3,,U4,不称职\nR,r3,,U5,优秀\n",
    ),
    (
        "registers/加减分登记.csv",
        "编号,单位,代码,事由,级别,审定分值,文件名称,文号,发文日期,状态,审定文号\n1,U1,J1,甲,,1.5,通报,文1,2025-03-01,工委审定,审1\n",
    ),
    (
        "registers/更正登记.csv",
        "编号,单位,位置,旧值,新值,理由,文号,状态\n1,U3,R1/a,60,64,误,更1,工委审定\n2,U1,R2/核定值,5,6,误,更2,工委审定\n\
         3,U2,h,100,91,误,更3,工委审定\n4,U2,C1,18.6,18,误,更4,工委审定\n",
    ),
    ("registers/名额分配.csv", "编号,方案,等次,名额,依据,文号,日期,状态\n1,S1,优秀,1,甲,文1,2026-01-10,工委审定\n"),
];

/// The project, scored.
pub(super) fn scored() -> Case {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write("assess.toml", MODEL);
    FILES.iter().for_each(|(path, text)| write(path, text));
    let prepared = pipeline::prepare(Project::find(folder.path()).expect("a project")).expect("a folder to read");
    let prepared = prepared.unwrap_or_else(|stopped| panic!("{:#?}", stopped.findings));
    let computed = pipeline::compute(prepared).expect("a result");
    assert!(!computed.is_rejected(false) && !computed.is_pending(), "{:#?}", computed.findings);
    let ((outcome, _), ratings) = (computed.outcome("v001", None, false), computed.ratings().collect());
    Case { document: serde_json::to_value(&outcome).expect("a document"), ratings }
}
