"""What must not be recorded, and what only looks like it."""

from __future__ import annotations

import pytest

from bot.understanding.sensitive import sensitive


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("张三身份证330106199001011234", "id_number"),
        ("联系我13812345678", "phone"),
        ("电话：0571-87654321", "phone"),
        ("卡号6222020200112233445", "bank_card"),
        ("【内部】会议纪要.pdf", "secrecy_mark"),
        ("机密★一年", "secrecy_mark"),
        ("这是内部资料请勿外传", "secrecy_mark"),
        ("秘密.docx", "secrecy_mark"),
        ("张三交了50元党费", "individual_dues"),
        ("李四月工资8000元", "pay"),
        ("谈心谈话中李四反映家里困难", "talk_contents"),
        ("王五受到党内警告处分", "discipline"),
        ("收到反映张书记的举报信", "discipline"),
        ("拟提拔王强为副主任，未公示", "personnel"),
    ],
)
def test_it_is_sensitive(text: str, what: str):
    found = sensitive(text)
    assert found is not None
    assert found.what == what
    assert found.words


@pytest.mark.parametrize(
    "text",
    [
        "加强内部管理",
        "学习《保密法》",
        "学习《中华人民共和国保守国家秘密法》",
        "开展保密教育",
        "20261105下午开支委会",
        "11月5日15点30分开会，应到24人",
        "10月党费收了24人1230元",
        "第三季度党费2,345.50元已上缴",
        "学习《中国共产党纪律处分条例》",
        "开展批评与自我批评",
        "讨论接收预备党员张三",
        "开展谈心谈话12人次",
        "研究干部考察工作",
        "11月主题党日照片.jpg",
        "IMG_20261105_153000.jpg",
        "应到24人实到22人",
        "内部培训20人参加",
    ],
)
def test_it_is_not(text: str):
    assert sensitive(text) is None
