#!/usr/bin/env python3
"""check_vectors - every vector read back by the second implementation, the record's schema, and the examples of PROTOCOL.md.

Reading, verifying and proving here share nothing with the C codecs; that reading undoes what make_vectors.py packed is part of the check.
"""
import json
import os
import re
import sys
import unittest

import phmessages as m
import phproof as proof
import phwire as w

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
DECODED = ("frame", "envelope", "submission", "workflow", "verdict", "receipt", "session", "issue")


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


def vectors(name):
    return json.loads(read("proto", "vectors", name + ".json"))["vectors"]


class Messages(unittest.TestCase):
    def each(self):
        for name in DECODED:
            for v in vectors(name):
                yield v, bytes.fromhex(v["hex"])

    def test_each_gives_its_result_and_meaning(self):
        for v, raw in self.each():
            result, meaning = m.decode(v["decoder"], raw)
            self.assertEqual((result, meaning), (v["result"], v.get("meaning")), (v["decoder"], v["name"]))
            if meaning is not None:
                packed = m.DECODERS[v["decoder"]].pack(meaning)
                self.assertEqual(packed == raw, v["canonical"])
                self.assertEqual(m.decode(v["decoder"], packed), ("OK", meaning))

    def test_good_ones_cut_are_refused(self):
        for v, raw in self.each():
            if v["result"] == "OK" and v["decoder"] != "frame" and len(raw) < 2048:
                for n in range(len(raw)):
                    self.assertNotEqual(m.decode(v["decoder"], raw[:n])[0], "OK")

    def test_names_are_unique(self):
        names = [(v["decoder"], v["name"]) for v, _ in self.each()]
        self.assertEqual(len(names), len(set(names)))

    def test_every_message_type_has_a_good_and_a_bad_one(self):
        have = {(v["decoder"], v["result"] == "OK") for v, _ in self.each()}
        for decoder in m.DECODERS:
            self.assertIn((decoder, True), have)
            self.assertTrue(decoder == "pong" or (decoder, False) in have, decoder)


class Proofs(unittest.TestCase):
    def test_signatures(self):
        for v in vectors("signature"):
            with self.subTest(v["name"]):
                public, message, signature = (bytes.fromhex(v[k]) for k in ("public", "message", "signature"))
                self.assertEqual(proof.signed_bytes(v["context"], public, message).hex(), v["signed_bytes"])
                self.assertEqual(proof.key_id(public).hex(), v["key_id"])
                if v["name"] == "small-order-key":
                    continue  # the bare equation of RFC 8032 holds for it; that such keys are refused is PROTOCOL.md's rule
                self.assertEqual("OK" if proof.verify(v["context"], public, message, signature) else "FORBIDDEN", v["result"])

    def test_envelopes_are_signed_by_the_key_they_name(self):
        v = next(v for v in vectors("envelope") if v["name"] == "first")["meaning"]
        public = proof.public_of(bytes([1]) * 32)
        self.assertEqual(v["key_id"], proof.key_id(public).hex())
        self.assertTrue(proof.verify("phusa submission", public, bytes.fromhex(v["body"]), bytes.fromhex(v["signature"])))

    def test_values(self):
        for v in vectors("value"):
            self.assertEqual(m.value_digest(*(v[k] for k in ("cluster", "form", "period", "unit", "indicator", "value", "status"))),
                             v["digest"])

    def test_leaves_and_root(self):
        leaves = vectors("leaf")
        for v in leaves:
            self.assertEqual(proof.leaf_bytes(v["leaf"]).hex(), v["bytes"])
            self.assertEqual(proof.sha256(b"\0", bytes.fromhex(v["bytes"])).hex(), v["hash"])
        checkpoint = next(v for v in vectors("receipt") if v["name"] == "signed")["meaning"]
        self.assertEqual(proof.root_of([bytes.fromhex(v["hash"]) for v in leaves]).hex(), checkpoint["root"])

    def prove(self, v):
        """The result of PROTOCOL.md's six steps."""
        result, frame = m.decode("receipt", bytes.fromhex(v["body"]))
        self.assertEqual(result, "OK")
        c, receipt, public = frame["checkpoint"], frame["receipts"][0], bytes.fromhex(v["receipt_key"])
        signed = m.CHECKPOINT_SIGNED.pack(c)
        if c["key_id"] != proof.key_id(public).hex() or not proof.verify("phusa checkpoint", public, signed, bytes.fromhex(c["signature"])):
            return "FORBIDDEN"
        verdict = bytes.fromhex(receipt["verdict_bytes"])
        result, judgement = m.decode("judgement", verdict)
        if result != "OK":
            return result
        if proof.sha256(bytes.fromhex(receipt["findings"])).hex() != judgement["findings_digest"]:
            return "CONFLICT"
        before, index = frame["before"], receipt["seq"] - 1
        if not before["size"] <= index < c["size"]:
            return "MALFORMED"
        leaf = proof.leaf_hash(receipt | {"unit": v["unit"], "registry": judgement["registry"],
                                      "verdict": proof.sha256(verdict).hex()})
        root = proof.root_by_path(leaf, index, c["size"], before["size"], [bytes.fromhex(p) for p in before["peaks"]],
                              [bytes.fromhex(p) for p in receipt["path"]])
        return "MALFORMED" if root is None else "OK" if root.hex() == c["root"] else "CONFLICT"

    def test_proofs(self):
        for v in vectors("proof"):
            with self.subTest(v["name"]):
                self.assertEqual(self.prove(v), v["result"])

    def test_chain(self):
        previous = bytes(32)
        for v in vectors("chain"):
            self.assertEqual(v["previous"], previous.hex())
            previous = m.chain(previous, v["first_record"], v["count"], bytes.fromhex(v["packed"]))
            self.assertEqual(v["chain"], previous.hex())


def validator(name):
    import jsonschema
    schema = json.loads(read("docs", "schema", f"{name}.v1.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


class Records(unittest.TestCase):
    def setUp(self):
        self.validators = {name: validator(name) for name in ("summary", "register")}
        self.validator, self.schema = self.validators["summary"], self.validators["summary"].schema

    def test_records_are_what_their_issue_says(self):
        for v in vectors("record"):
            with self.subTest(v["name"]):
                _, issue = m.decode("issue", bytes.fromhex(v["issue"]))
                key, value, headers = m.record(issue, v["record"], v["number"], v["epoch"])
                self.assertEqual((key, value, headers), (v["key"], v["value"], v["headers"]))

    def test_values_are_valid_sorted_json_without_blanks(self):
        for v in vectors("record"):
            value = json.loads(v["value"])
            kind = dict(v["headers"])["ce_type"].split(".")[2]
            schema = self.validators[kind].schema
            self.validators[kind].validate(value)
            self.assertEqual(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False), v["value"])
            self.assertLessEqual(set(value), set(schema["properties"]))
            rows, of = ("members", "member") if kind == "summary" else ("units", "unit")
            self.assertLessEqual({k for row in value[rows] for k in row}, set(schema["$defs"][of]["properties"]))

    def test_the_schema_refuses_what_is_wrong(self):
        good = json.loads(vectors("record")[1]["value"])
        ruled = next(json.loads(v["value"]) for v in vectors("record") if v["name"] == "rulings-0")
        self.assertTrue(self.validator.is_valid(ruled))
        (overridden,) = [m for m in ruled["members"] if m["unit"] == "haiduong"]
        wrong = [ruled | {"members": [overridden | {"ruling": overridden["ruling"] | change}]}
                 for change in ({"reason": ""}, {"kind": "return"}, {"rules": []}, {"explanation": {"entry": 1}})]
        wrong += [good | {"vintage": "12"}, good | {"period": "2023-H1"}, good | {"completeness": "full"},
                 good | {"values": [good["values"][0] | {"value": 5.28}]}, {k: v for k, v in good.items() if k != "coverage"},
                 good | {"members": [{"unit": "hanam", "state": "missing", "marks": [], "value": "0"}]},
                 good | {"members": [{"unit": "hanam", "state": "given", "marks": [], "entry": 1, "revision": 1, "status": "A"}]}]
        for value in wrong:
            self.assertFalse(self.validator.is_valid(value), value)

    def test_the_schema_of_the_register_refuses_what_is_wrong(self):
        good = next(json.loads(v["value"]) for v in vectors("record") if v["name"] == "only-words-0")
        unit = good["units"][0]
        wrong = [good | {"part": 5}, good | {"provisional": "no"}, {k: v for k, v in good.items() if k != "coverage"},
                 good | {"units": [{"unit": "hanam", "state": "missing", "items": []}]},
                 good | {"units": [{k: v for k, v in unit.items() if k != "items"}]},
                 good | {"units": [unit | {"items": [{"kind": "model", "title": "x"}]}]}]
        self.assertTrue(self.validators["register"].is_valid(good))
        for value in wrong:
            self.assertFalse(self.validators["register"].is_valid(value), value)


class Paper(unittest.TestCase):
    """PROTOCOL.md: its examples are vectors, its tables are the code's."""

    TEXT = read("proto", "PROTOCOL.md")

    def test_examples_are_vectors(self):
        known = {f"{v['decoder']}/{v['name']}": v for name in DECODED for v in vectors(name)}
        seen = set()
        for name, block in re.findall(r"<!-- example: (\S+) -->\n```\n(.*?)```", self.TEXT, re.S):
            seen.add(name.split("/")[0])
            hexes = "".join(line.split("#")[0] for line in block.splitlines())
            raw = re.sub(r"\s", "", hexes)
            decoder = name.split("/")[0]
            kind = {"envelope": "submission"}.get(decoder, decoder)
            head = f"5048 01 {m.TYPES[kind]:02x}".replace(" ", "") if kind in m.TYPES and decoder not in ("submission", "explanation", "decision") else ""
            self.assertEqual(raw, head + known[name]["hex"], name)
        self.assertEqual(seen, set(m.DECODERS) - {"frame", "issue"})

    def test_limits_are_those_of_the_header(self):
        header = read("proto", "ph_limits.h")
        limits = dict(re.findall(r"(PH_\w+) = ([0-9][0-9* ]*)", header))
        told = dict(re.findall(r"^\| `(PH_\w+)` \| ([0-9 ]+) \|", self.TEXT, re.M))
        self.assertGreater(len(told), 15)
        for name, expression in limits.items():
            product = 1
            for factor in expression.split("*"):
                product *= int(factor)
            self.assertEqual(int(told[name].replace(" ", "")), product, name)

    def test_numbers_are_those_of_the_headers(self):
        for header, table in (("ph_frame.h", m.TYPES), ("ph_verdict.h", m.VERDICTS), ("ph_receipt.h", proof.ENTRY_KINDS),
                              ("ph_submission.h", m.KINDS), ("ph_case.h", m.CASES), ("ph_decision.h", m.DECISIONS), ("ph_session.h", m.PERIOD_STATES), ("ph_figure.h", m.METHODS)):
            rows = re.findall(r'X\(\w+, (\d+),(?: "[^"]*",)? "([^"]*)"', read("proto", header))
            for number, text in rows:
                if text in table:
                    self.assertEqual(table[text], int(number))
            self.assertLessEqual(set(table), {text for _, text in rows}, header)
            for text, number in table.items():
                self.assertRegex(self.TEXT, rf"\b{number} ?\|? ?`{text}`", f"{header}: {text}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
