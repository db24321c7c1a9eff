"""Words of somebody else put into a draft: they are a writer of it from then on, and so cannot approve it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Invalid
from hueandcry.posts import reading
from hueandcry.posts.content import LONGEST
from hueandcry.posts.models import Post
from hueandcry.posts.writing import as_it_stands, touch
from hueandcry.records.entry import record


@transaction.atomic
def add_words(*, post_id: int, text: str, words_of: str, by: Actor) -> Post:
    """Put words at the end of a draft. words_of: who wrote them (a reference).

    A submitted or planned post is a draft again. Raises NotAllowed, NotFound, Invalid; Conflict once it is out.
    """
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    whole = "\n\n".join(part for part in (post.text.rstrip(), text.strip()) if part)
    if len(whole) > LONGEST:
        raise Invalid(_("A text can have 20,000 characters. Shorten it."), field="text")
    touch(post, by=by, text=whole)
    if words_of not in post.writers:
        post.writers = [*post.writers, words_of]
        Post.objects.filter(pk=post.pk).update(writers=post.writers)
    record(by=by, verb="post.edit", subject=post.subject, body={**as_it_stands(post), "words_of": words_of})
    return post
