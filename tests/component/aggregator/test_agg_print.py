#!/usr/bin/env python3
"""test_agg_print - what the commands print for people and for spreadsheets, where that is more than a table can hold."""
import re
import unicodedata

from case import Case, main  # first: it says where the next two lie
from agent import ACCEPTED
from daemon import CALENDAR

WIDTH = 132  # of a block, as docs/OPERATIONS.md says
MONTH = {**CALENDAR, "form": "budget-trade", "period": "2023-06"}
ITEMS = ("IIP GO_IND PUB_PLAN PUB_DISB PUB_DISB_RATE BUD_EST BUD_REV BUD_DOM BUD_RATE FDI_REG DDI_REG RETAIL EXPORT IMPORT CPI TOURISTS "
         "TOUR_REV ENT_NEW ENT_CAP").split()


def columns(line):
    """How wide a line is on a terminal; Vietnamese letters take one column each."""
    return len(unicodedata.normalize("NFC", line))


class Wide(Case):
    """A form of nineteen indicators: more than stand side by side."""

    def ledger(self):
        agg = self.aggregator(calendar=[MONTH])
        for i, unit in enumerate(agg.UNITS[:7]):
            agent = self.agent(agg, unit)
            cells = [[code, 10 + i if code == "ENT_NEW" else 1234567 + 1000 * i + k, 0 if code == "ENT_NEW" else 1, ord("A")]
                     for k, code in enumerate(ITEMS)]
            for k in (0, 4, 8, 14):  # rates and indices
                cells[k][1] = 205 + i if k == 14 else 55 + i
            cells[9] = ["FDI_REG", 0, 0, ord("M" if i else "O")]
            receipt = agent.submit(agent.body(cells=cells, period="2023-06", f="budget-trade"))
            self.assertEqual(receipt.verdict, ACCEPTED, receipt.judgement)
            agent.close()
        agg.stop()
        return agg

    def blocks(self, text, name):
        """[(the indicators of a block, its lines)]: a block begins with a line of heads."""
        lines = text.splitlines()
        self.assertLessEqual(max(columns(line) for line in lines if re.match(r"(?:\S.*?) {2,}\S", line)), WIDTH)
        heads = [i for i, line in enumerate(lines) if line.startswith(name + " ")]
        return [([w for w in lines[a].split() if w in ITEMS], lines[a:b]) for a, b in zip(heads, heads[1:] + [len(lines)])]

    def test_summary(self):
        """Blocks that a terminal can show: each with names, both means' rows, coverage and its own legend; every column once."""
        agg = self.ledger()
        for lang, name, mark, unit, legend in (("vi", "đơn vị", "đã nhận", "Thái Bình", "đã báo cáo là không có giá trị"),
                                               ("en", "unit", "received", "Thai Binh", "reported as having no value")):
            text = agg.command("summary", "dbsh", "2023-06", "-c", "agg.yaml", "--lang", lang)
            blocks = self.blocks(text, name)
            self.assertGreater(len(blocks), 1)
            self.assertEqual([code for codes, _ in blocks for code in codes], ITEMS)
            for codes, lines in blocks:
                self.assertEqual(sum(line.startswith(mark + " ") for line in lines), 1, lang)
                self.assertEqual(sum(line.startswith(unit + " ") for line in lines), 1, lang)
                self.assertEqual({line.split(":")[0] for line in lines if re.match(r"[A-Z_]+: ", line)}, set(codes))
                self.assertEqual(any(legend in line for line in lines), "FDI_REG" in codes)
            self.assertEqual(text.count("2023-06 ("), 1)  # one title

    def test_view(self):
        agg = self.ledger()
        for lang, name, unit in (("vi", "đơn vị", "Hưng Yên"), ("en", "unit", "Hung Yen")):
            blocks = self.blocks(agg.command("summary", "dbsh", "2023-06", "-c", "agg.yaml", "--view", "now", "--lang", lang), name)
            self.assertEqual([code for codes, _ in blocks for code in codes], ITEMS)
            self.assertTrue(all(any(line.startswith(unit + "  ") for line in lines) for _, lines in blocks))


if __name__ == "__main__":
    main()
