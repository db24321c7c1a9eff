"""Entries of the record as plain sentences: “Nora Vance approved appeal PE-2418”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from hueandcry.agencies.models import Agency
from hueandcry.agencies.queries import names_of
from hueandcry.appeals.models import Outcome
from hueandcry.appeals.queries import references_of
from hueandcry.channels.queries import labels_of
from hueandcry.desk.appeal_changes import label_of, readable
from hueandcry.desk.forms.appeals import AppealForm
from hueandcry.desk.record_fields import FIELDS
from hueandcry.desk.record_kinds import KINDS
from hueandcry.posts.queries import accounts_of
from hueandcry.records.queries import EntryLine

# Verb of an entry → what was done, with %(what)s for the thing it was done to.
VERBS = {
    "account.add-holder": _("let somebody post through %(what)s"),
    "account.attention": _("found that %(what)s needs attention"),
    "account.change": _("changed what the register says of %(what)s"),
    "account.end-holder": _("ended somebody’s right to post through %(what)s"),
    "account.hand-over": _("passed %(what)s on"),
    "account.healthy": _("found that %(what)s works again"),
    "account.move": _("said that %(what)s has moved"),
    "account.other": _("found that the sign-in of %(what)s opens another account"),
    "account.register": _("connected %(what)s"),
    "account.resume": _("took %(what)s into use again"),
    "account.retire": _("retired %(what)s"),
    "account.rotate": _("gave %(what)s a new credential"),
    "account.set-mode": _("set how free %(what)s is"),
    "account.steward": _("became steward of %(what)s"),
    "account.suspend": _("suspended %(what)s"),
    "agency.choose-programme": _("chose where tips go"),
    "agency.create": _("set the agency up"),
    "agency.law-pack": _("had drafts checked by another law pack from then on"),
    "agency.require-training": _("switched the training gate on"),
    "agency.set-look": _("changed the look of the agency’s pages"),
    "agency.set-news": _("said whether posts stand on the public site, and of which accounts"),
    "agency.set-staff-first": _("set by how many minutes colleagues are first"),
    "agency.waive-training": _("switched the training gate off"),
    "answer.approve": _("approved a wording of %(what)s"),
    "answer.begin": _("began %(what)s"),
    "answer.change": _("changed topic or owner of %(what)s"),
    "answer.show": _("put %(what)s on the public site"),
    "answer.hide": _("took %(what)s off the public site"),
    "answer.restore": _("took %(what)s back into use"),
    "answer.retire": _("retired %(what)s"),
    "answer.return": _("returned a wording of %(what)s with a note"),
    "answer.use": _("used %(what)s"),
    "answer.write": _("handed in a wording of %(what)s"),
    "partner.add": _("listed %(what)s"),
    "partner.approve": _("approved %(what)s for the public site"),
    "partner.change": _("changed %(what)s"),
    "partner.check": _("looked again at %(what)s"),
    "partner.restore": _("took %(what)s back"),
    "partner.retire": _("took %(what)s out"),
    "appeal.add-picture": _("added a picture to %(what)s"),
    "appeal.approve": _("approved %(what)s"),
    "appeal.describe-picture": _("saved words and caption of a picture in %(what)s"),
    "appeal.draft": _("began %(what)s"),
    "appeal.edit": _("wrote on %(what)s"),
    "appeal.look-at-update": _("read a line of %(what)s that went out at once"),
    "appeal.move-picture": _("moved a picture of %(what)s"),
    "appeal.order-pictures": _("ordered the pictures of %(what)s"),
    "appeal.propose-update": _("handed in a line for %(what)s"),
    "appeal.publish": _("published %(what)s"),
    "appeal.remove-picture": _("took a picture out of %(what)s"),
    "appeal.resolve": _("ended %(what)s"),
    "appeal.restore-picture": _("put a picture back into %(what)s"),
    "appeal.return": _("returned %(what)s with a note"),
    "appeal.return-update": _("returned a line for %(what)s"),
    "appeal.review-due": _("noted that the review date of %(what)s has come"),
    "appeal.submit": _("submitted %(what)s for approval"),
    "appeal.take-back": _("took %(what)s back to write on"),
    "appeal.take-back-approval": _("took the approval of %(what)s back"),
    "appeal.take-back-update": _("took a line for %(what)s back"),
    "appeal.update": _("added a line to %(what)s"),
    "appeal.withdraw": _("took %(what)s down"),
    "asset.add": _("brought in %(what)s"),
    "asset.describe": _("wrote the words of %(what)s"),
    "asset.state-rights": _("stated the right to show %(what)s"),
    "delivery.changed": _("changed %(what)s"),
    "brake.apply": _("paused posting: %(what)s"),
    "brake.lift": _("lifted %(what)s"),
    "case.clear-names": _("said which names may stand in %(what)s"),
    "case.proceed": _("answered for warnings about %(what)s"),
    "case.say-stage": _("said where the case stands in %(what)s"),
    "check.end": _("took %(what)s off the rota of checks"),
    "check.note": _("looked in on %(what)s"),
    "check.plan": _("planned the rota of checks"),
    "course.add": _("added %(what)s"),
    "course.change": _("changed %(what)s"),
    "course.retire": _("retired %(what)s"),
    "delivery.drop": _("dropped %(what)s, which was held back"),
    "delivery.drop-change": _("dropped a change of %(what)s, which was held back"),
    "delivery.fail": _("could not send %(what)s"),
    "delivery.fail-change": _("could not change %(what)s"),
    "delivery.hold": _("holds %(what)s back"),
    "delivery.hold-change": _("holds a change of %(what)s back"),
    "delivery.let-go": _("let %(what)s go again"),
    "delivery.let-go-change": _("let a change of %(what)s go again"),
    "delivery.removed": _("removed %(what)s"),
    "delivery.retry": _("let %(what)s be sent again"),
    "delivery.sent": _("sent %(what)s"),
    "delivery.settle": _("said what became of %(what)s"),
    "delivery.settle-removal": _("looked, and said that %(what)s is gone"),
    "delivery.unconfirmed": _("does not know whether %(what)s was sent"),
    "delivery.wait": _("waits to send or remove %(what)s"),
    "delivery.withdraw": _("takes %(what)s back"),
    "list.close": _("closed %(what)s"),
    "list.export": _("took a copy of %(what)s"),
    "list.open": _("opened %(what)s"),
    "matter.hold": _("said that %(what)s may not be spoken of"),
    "matter.lift": _("let %(what)s be spoken of again"),
    "message.done": _("finished sending %(what)s"),
    "message.drop": _("sends %(what)s to nobody more; it was held back"),
    "message.hold": _("holds %(what)s back from the rest of the list"),
    "message.let-go": _("let %(what)s go to the rest of the list"),
    "message.stop": _("stopped %(what)s"),
    "message.take": _("handed over %(what)s"),
    "notice.see": _("noted which staff notices of %(what)s did not certainly arrive"),
    "notice-address.add": _("added %(what)s"),
    "notice-address.change": _("changed what %(what)s is told"),
    "notice-address.resume": _("lets %(what)s be told things again"),
    "notice-address.stop": _("stopped %(what)s"),
    "notice-address.try": _("sent a try to %(what)s"),
    "person.change-password": _("chose a new password"),
    "person.end": _("ended every role of %(what)s"),
    "person.end-session": _("ended a session of their own"),
    "person.give-role": _("gave %(what)s a role"),
    "person.invite": _("invited %(what)s"),
    "person.join": _("joined"),
    "person.passkey-add": _("added a passkey"),
    "person.passkey-remove": _("removed a passkey"),
    "person.passkey-rename": _("renamed a passkey"),
    "person.passkey-suspend": _("suspended a passkey of %(what)s"),
    "person.renew-codes": _("made new recovery codes"),
    "person.reset": _("gave %(what)s a new one-time link"),
    "person.sign-in": _("signed in"),
    "person.single-keys": _("switched single-letter keys on or off"),
    "person.take-role": _("took a role from %(what)s"),
    "fieldnote.take": _("sent %(what)s"),
    "post.add-picture": _("added a picture to %(what)s"),
    "post.add-video": _("added a video to %(what)s"),
    "post.caption-video": _("added captions to the video of %(what)s"),
    "post.describe-video": _("wrote the words of the video of %(what)s"),
    "post.remove-video": _("took the video out of %(what)s"),
    "video.add": _("brought %(what)s"),
    "asset.erase": _("erased the files of %(what)s, which nothing had any more"),
    "video.erase": _("erased the files of %(what)s, which nobody had any more"),
    "video.ready": _("made %(what)s ready and removed its hidden data"),
    "video.refuse": _("could not use %(what)s"),
    "policy.acknowledge": _("acknowledged %(what)s"),
    "policy.draft": _("began %(what)s"),
    "policy.put-in-force": _("put a wording of %(what)s in force"),
    "policy.retire": _("retired %(what)s"),
    "policy.try": _("tried the questions of %(what)s"),
    "policy.write": _("wrote on %(what)s"),
    "post.alert-over": _("took %(what)s off the alerts that hold"),
    "post.announce": _("prepared %(what)s"),
    "post.approve": _("approved %(what)s"),
    "post.change": _("changed %(what)s where it stands"),
    "post.crop-picture": _("shows only a part of a picture of %(what)s"),
    "post.describe-pictures": _("wrote the words of the pictures of %(what)s"),
    "post.change-if-asked": _("changed what colleagues say if asked about %(what)s"),
    "post.discard": _("threw %(what)s away"),
    "post.draft": _("began %(what)s"),
    "post.edit": _("wrote on %(what)s"),
    "post.focus-picture": _("chose what of a picture of %(what)s stays in view"),
    "post.forget-files": _("took pictures and video out of %(what)s, which was thrown away long ago"),
    "post.pass-on": _("passed %(what)s on to somebody else"),
    "post.plan": _("gave %(what)s another time"),
    "post.proceed": _("answered for the warnings about %(what)s"),
    "post.propose-change": _("handed in a change of %(what)s"),
    "post.publish": _("let %(what)s go in their own right"),
    "post.read-cards": _("had the pages read again to which %(what)s leads"),
    "post.recall": _("recalled %(what)s"),
    "post.release": _("let the posts about %(what)s go"),
    "post.remove-picture": _("took a picture out of %(what)s"),
    "post.replace": _("made another post in the place of %(what)s"),
    "post.restore": _("took %(what)s back that was thrown away"),
    "post.return": _("returned %(what)s with a note"),
    "post.say-where": _("said on the page of %(what)s where it stands"),
    "post.show": _("put %(what)s on the public site"),
    "post.stop": _("stopped the unsent posts about %(what)s"),
    "post.submit": _("handed in %(what)s for approval"),
    "post.tell-machines": _("told machines of the alert in %(what)s"),
    "post.take-back": _("made %(what)s a draft again"),
    "post.uncrop-picture": _("shows the whole of a picture of %(what)s again"),
    "post.withdraw": _("took the posts about %(what)s back"),
    "profile.confirm": _("put the text on the page of %(what)s by hand"),
    "profile.drift": _("found that the page of %(what)s says something else"),
    "profile.push": _("let the text be written on the page of %(what)s"),
    "profile.same": _("found that the page of %(what)s says what it should"),
    "profile.write": _("wrote the text for the pages of all accounts"),
    "record.check": _("asked for a check of %(what)s"),
    "record.erase": _("erased the content of %(what)s by rule"),
    "record.export": _("asked for an export of the record"),
    "register.discard": _("discarded a table of accounts"),
    "register.import": _("brought a table of accounts in"),
    "register.send": _("sent a table of accounts"),
    "slip.drop": _("threw away %(what)s, which could not be carried out"),
    "slip.try": _("had %(what)s tried again"),
    "request.ask": _("asked back about %(what)s"),
    "request.decline": _("declined %(what)s"),
    "request.draft": _("made a post of %(what)s"),
    "request.give-back": _("let somebody else take %(what)s"),
    "request.pass-on": _("passed %(what)s on to somebody else"),
    "request.reopen": _("works on %(what)s after all"),
    "request.say-more": _("said more about %(what)s"),
    "request.send": _("sent %(what)s to the desk"),
    "request.send-again": _("sent %(what)s again"),
    "request.take": _("took %(what)s"),
    "request.withdraw": _("took %(what)s back"),
    "staff-note.recall": _("took %(what)s off the staff feed"),
    "staff-note.restore": _("put %(what)s back on the staff feed"),
    "staff-note.write": _("wrote %(what)s"),
    "subscriber.add": _("put down %(what)s by hand"),
    "subscriber.complain": _("left as %(what)s, reporting a message as unwanted"),
    "subscriber.gone": _("forgot %(what)s, whose address is dead"),
    "subscriber.join": _("joined as %(what)s"),
    "subscriber.leave": _("left as %(what)s"),
    "subscriber.pause": _("paused %(what)s: messages came back"),
    "subscriber.remove": _("took %(what)s off a list"),
    "subscriber.resume": _("writes to %(what)s again"),
    "tip-key.add-lock": _("put a further lock on %(what)s"),
    "tip-key.approve": _("approved %(what)s"),
    "tip-key.leave": _("took %(what)s out of use: its holder has left"),
    "tip-key.register": _("made %(what)s"),
    "tip-key.remove": _("took %(what)s out of use"),
    "tip-key.remove-lock": _("took a lock off %(what)s"),
    "draw.make": _("made %(what)s, and gave the digest of its number"),
    "draw.show": _("showed the number of %(what)s"),
    "expert.set": _("said what %(what)s knows about"),
    "look.draw": _("drew %(what)s for a second look"),
    "look.note": _("took a second look at %(what)s"),
    "look.set-share": _("said how many posts of %(what)s get a second look"),
    "practice.begin": _("began %(what)s"),
    "practice.send": _("put %(what)s on the practice accounts"),
    "question.ask": _("asked %(what)s"),
    "question.ask-again": _("asked %(what)s again"),
    "question.hand-on": _("handed on %(what)s"),
    "question.reply": _("answered %(what)s"),
    "question.settle": _("settled %(what)s"),
    "question.unsettle": _("took up %(what)s again"),
    "question.use": _("put the reply to %(what)s into a draft"),
    "question.withdraw": _("took back %(what)s"),
    "tip-key.withdraw": _("withdrew %(what)s"),
    "tip-root.approve": _("signed keys with two sheets of %(what)s"),
    "tip-root.drill": _("tried two sheets of %(what)s"),
    "tip-root.made": _("made %(what)s and its sheets"),
    "tip-root.recover": _("opened tips with two sheets of %(what)s"),
    "tip-root.replaced": _("put a new root in the place of %(what)s"),
    "tip.assign": _("gave %(what)s to a colleague"),
    "tip.begin": _("sent %(what)s"),
    "tip.closed": _("closed %(what)s"),
    "tip.message": _("wrote again in %(what)s"),
    "tip.new": _("gave %(what)s back"),
    "tip.open": _("opened %(what)s"),
    "tip.open-offline": _("opened %(what)s away from the desk"),
    "tip.read": _("read %(what)s"),
    "tip.rekey": _("changed the key of %(what)s"),
    "tip.reply": _("answered %(what)s"),
    "tip.restrict": _("took access to %(what)s from others"),
    "tip.share": _("shared access to %(what)s"),
    "tip.take": _("took %(what)s"),
    "tip.working": _("works on %(what)s"),
    "unit.add": _("added %(what)s"),
    "unit.close": _("closed %(what)s"),
    "unit.edit": _("changed %(what)s"),
    "unit.reopen": _("opened %(what)s again"),
    "photograph.put": _("put up their photograph: %(what)s"),
    "photograph.take-back": _("took back the photograph of %(what)s"),
    "voice.hide": _("took the public page of %(what)s down"),
    "voice.keep": _("wrote a public page and keeps it back: %(what)s"),
    "voice.show": _("shows a public page: %(what)s"),
    "training.record": _("recorded that %(what)s passed a course"),
    "training.revoke": _("revoked the right of %(what)s to post"),
    "training.warn": _("told %(what)s that their course lapses"),
    "day.add": _("put %(what)s on the calendar"),
    "day.remove": _("took %(what)s off the calendar"),
    "series.begin": _("began %(what)s"),
    "series.change": _("changed %(what)s"),
    "series.draft": _("made a draft of %(what)s"),
    "series.end": _("ended %(what)s"),
    "series.pause": _("paused %(what)s"),
    "series.resume": _("took %(what)s up again"),
}
LEDGERS = {"main": _("the whole record"), "tips": _("the whole record of the tips")}
BY_HAND = {"system:init", "system:operator"}  # commands that somebody ran on the machine


class Teller:
    """Tells many entries at once, with every name looked up once. agency_id: whose names may be told."""

    def __init__(self, lines: Iterable[EntryLine], *, agency_id: int) -> None:
        lines = list(lines)
        subjects = {line.subject for line in lines}
        self.names = names_of({line.actor for line in lines} | subjects)
        self.named: dict[str, dict[int, str]] = {
            "appeal": references_of(_numbers(subjects, "appeal"), agency_id=agency_id),
            "account": labels_of(_numbers(subjects, "account"), agency_id=agency_id),
            "delivery": accounts_of(_numbers(subjects, "delivery"), agency_id=agency_id),
        }

    def who(self, line: EntryLine) -> str:
        """Who did it: a name, the worker, or somebody of the public."""
        if line.actor in BY_HAND:
            return gettext("The operator")
        if line.actor.startswith("system:"):
            return gettext("The worker")
        if line.actor == "public":
            return gettext("Somebody of the public")
        return self.names.get(line.actor, line.actor)

    def what(self, subject: str) -> str:
        """The thing as people call it."""
        kind, _colon, number = subject.partition(":")
        number = number.partition("/")[0]
        if kind == "notice":
            return gettext(
                "a notice of the agency"
            )  # it belongs to no appeal and has no number that means anything
        if kind not in KINDS:
            return subject
        known = gettext(LEDGERS[number]) if number in LEDGERS else self.names.get(subject, number)
        if kind in self.named and number.isdecimal():
            known = self.named[kind].get(int(number), number)
        return gettext(KINDS[kind]) % known

    def content(self, body: Mapping[str, str | int | None], *, agency: Agency) -> list[tuple[str, str]]:
        """The content of an entry in words: label and value; what has no words of ours stays as it is kept."""
        rows = []
        names = names_of({str(value) for value in body.values() if str(value).startswith("person:")})
        for name, value in readable(dict(body), agency).items():
            shown = names.get(value, value)
            if name == "asset" and value:
                shown = self.what(f"asset:{value}")
            elif name == "outcome" and value in Outcome.values:
                shown = str(Outcome(value).label)
            rows.append((_label(name), shown))
        return rows

    def appeal(self, subject: str) -> str:
        """The reference of the appeal that an entry is about, or ""."""
        kind, _colon, number = subject.partition(":")
        return self.named["appeal"].get(int(number), "") if kind == "appeal" and number.isdecimal() else ""

    def did(self, line: EntryLine) -> str:
        """What was done, without who: “approved appeal PE-2418”."""
        words = VERBS.get(line.verb)
        what = self.what(line.subject)
        return gettext(words) % {"what": what} if words else f"{line.verb} {what}"


def _label(name: str) -> str:
    """The name of a field as people read it."""
    if name in FIELDS:
        return gettext(FIELDS[name])
    if name in AppealForm.base_fields:
        return label_of(name)
    numbered = re.fullmatch(r"(picture|card)_([0-9]+)", name)
    words = {"picture": gettext("Picture %s"), "card": gettext("Card of link %s")}
    return words[numbered[1]] % numbered[2] if numbered else name


def _numbers(subjects: set[str], kind: str) -> set[int]:
    found = (subject.partition(":")[2] for subject in subjects if subject.startswith(f"{kind}:"))
    return {int(number) for number in found if number.isdecimal()}
