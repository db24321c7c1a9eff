"""Routes of second looks, of asking the expert, of practice, of answers for everybody, and of help in the community."""

from __future__ import annotations

from django.urls import path

from hueandcry.desk.views import experts, looks, partners, practice, public_answers

PATHS = [
    # Second looks
    path("desk/second-looks/", looks.looks, name="second-looks"),
    path("desk/second-looks/share/", looks.share, name="second-look-share"),
    path("desk/second-looks/<int:look_id>/", looks.look, name="second-look"),
    # Experts
    path("desk/experts/", experts.questions, name="experts"),
    path("desk/experts/ask/", experts.ask, name="expert-ask"),
    path("desk/experts/people/", experts.who_knows, name="experts-people"),
    path("desk/experts/people/<int:person_id>/", experts.set_topics, name="expert-topics"),
    path("desk/experts/<int:question_id>/", experts.one, name="expert-question"),
    path("desk/experts/<int:question_id>/reply/", experts.reply, name="expert-reply"),
    path("desk/experts/<int:question_id>/hand-on/", experts.hand_on, name="expert-hand-on"),
    path("desk/experts/<int:question_id>/withdraw/", experts.withdraw, name="expert-withdraw"),
    path("desk/experts/<int:question_id>/again/", experts.again, name="expert-again"),
    path("desk/experts/<int:question_id>/settle/", experts.settle, name="expert-settle"),
    path("desk/experts/<int:question_id>/unsettle/", experts.unsettle, name="expert-unsettle"),
    path("desk/experts/<int:question_id>/use/", experts.use, name="expert-use"),
    # Answers for everybody
    path("desk/answers/<int:answer_id>/show/", public_answers.show, name="answer-show"),
    path("desk/answers/<int:answer_id>/hide/", public_answers.hide, name="answer-hide"),
    # Help in the community
    path("desk/answers/help/", partners.partners, name="partners"),
    path("desk/answers/help/new/", partners.new, name="partner-new"),
    path("desk/answers/help/<int:partner_id>/", partners.change, name="partner"),
    path("desk/answers/help/<int:partner_id>/approve/", partners.approve, name="partner-approve"),
    path("desk/answers/help/<int:partner_id>/retire/", partners.retire, name="partner-retire"),
    path("desk/answers/help/<int:partner_id>/restore/", partners.restore, name="partner-restore"),
    path("desk/answers/help/<int:partner_id>/use/", partners.use, name="partner-use"),
    # Practice
    path("desk/practice/", practice.practice, name="practice"),
    path("desk/practice/new/", practice.new, name="practice-new"),
    path("desk/practice/<int:practice_id>/", practice.one, name="practice-post"),
]
