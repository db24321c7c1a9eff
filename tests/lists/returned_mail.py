"""Mail that comes back, after the examples of RFC 3464, RFC 5965 and RFC 3834 and what servers really write."""

from __future__ import annotations

TO = "bounces@port-ellery.example"


def report(
    message_id: str,
    *,
    status: str = "5.1.1",
    action: str = "failed",
    envelope: str = "",
    to: str = TO,
    diagnostic: str = "",
) -> bytes:
    """A report as mail servers write it (RFC 3464), after a real one of Postfix 3.7; it says auto-replied, too."""
    own = f"Original-Envelope-Id: {envelope}\r\n" if envelope else ""
    said = f"Diagnostic-Code: smtp; {diagnostic}\r\n" if diagnostic else ""
    return (
        f"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered Mail\r\n"
        "Auto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="x/y.1"\r\n'
        "MIME-Version: 1.0\r\n\r\nThis is a MIME-encapsulated message.\r\n\r\n"
        "--x/y.1\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you\r\n"
        f"--x/y.1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n{own}\r\n"
        "Final-Recipient: rfc822; ada@harbour.example\r\n"
        f"Action: {action}\r\nStatus: {status}\r\n{said}\r\n"
        "--x/y.1\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {message_id}\r\nSubject: x\r\n\r\n--x/y.1--\r\n"
    ).encode()


def rfc_example(message_id: str) -> bytes:
    """RFC 3464, appendix E.1, with the original message that it leaves out."""
    return (
        "Date: Thu, 7 Jul 1994 17:16:05 -0400\n"
        "From: Mail Delivery Subsystem <MAILER-DAEMON@CS.UTK.EDU>\n"
        "Message-Id: <199407072116.RAA14128@CS.UTK.EDU>\n"
        "Subject: Returned mail: Cannot send message for 5 days\n"
        "To: <owner-info-mime@cs.utk.edu>\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status;\n"
        '      boundary="RAA14128.773615765/CS.UTK.EDU"\n\n'
        "--RAA14128.773615765/CS.UTK.EDU\n\n"
        "The original message was received at Sat, 2 Jul 1994 17:10:28 -0400 from root@localhost\n\n"
        "   ----- The following addresses had delivery problems -----\n"
        "<louisl@larry.slip.umd.edu>  (unrecoverable error)\n\n"
        "--RAA14128.773615765/CS.UTK.EDU\ncontent-type: message/delivery-status\n\n"
        "Reporting-MTA: dns; cs.utk.edu\n\n"
        "Original-Recipient: rfc822;louisl@larry.slip.umd.edu\n"
        "Final-Recipient: rfc822;louisl@larry.slip.umd.edu\n"
        "Action: failed\nStatus: 4.0.0\nDiagnostic-Code: smtp; 426 connection timed out\n"
        "Last-Attempt-Date: Thu, 7 Jul 1994 17:15:49 -0400\n\n"
        "--RAA14128.773615765/CS.UTK.EDU\ncontent-type: message/rfc822\n\n"
        f"From: alerts@port-ellery.example\nMessage-ID: {message_id}\nSubject: x\n\nWords.\n\n"
        "--RAA14128.773615765/CS.UTK.EDU--\n"
    ).encode()


def complaint(message_id: str, *, kind: str = "abuse") -> bytes:
    """A complaint, after RFC 5965, appendix B.1."""
    return (
        "From: <abusedesk@example.com>\r\nDate: Thu, 8 Mar 2005 17:40:36 EDT\r\nSubject: FW: Earn money\r\n"
        f"To: <{TO}>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=feedback-report;\r\n"
        '     boundary="part1_13d.2e68ed54_boundary"\r\n\r\n'
        '--part1_13d.2e68ed54_boundary\r\nContent-Type: text/plain; charset="US-ASCII"\r\n'
        "Content-Transfer-Encoding: 7bit\r\n\r\n"
        "This is an email abuse report for an email message received from IP\r\n"
        "--part1_13d.2e68ed54_boundary\r\nContent-Type: message/feedback-report\r\n\r\n"
        f"Feedback-Type: {kind}\r\nUser-Agent: SomeGenerator/1.0\r\nVersion: 1\r\n\r\n"
        "--part1_13d.2e68ed54_boundary\r\nContent-Type: message/rfc822\r\nContent-Disposition: inline\r\n\r\n"
        f"From: <alerts@port-ellery.example>\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\nWords\r\n"
        "--part1_13d.2e68ed54_boundary--\r\n"
    ).encode()


def holiday(message_id: str, *, to: str = TO) -> bytes:
    """An answer by itself (RFC 3834), which quotes the message whole."""
    return (
        f"Return-Path: <>\r\nFrom: ada@harbour.example\r\nTo: {to}\r\nSubject: Auto: out of office\r\n"
        f"Auto-Submitted: auto-replied\r\nIn-Reply-To: {message_id}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="h"\r\n\r\n'
        "--h\r\nContent-Type: text/plain\r\n\r\nI am away. Action: failed\r\nStatus: 5.1.1\r\n"
        f"--h\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\n\r\nWords\r\n--h--\r\n"
    ).encode()


def read_receipt(message_id: str) -> bytes:
    """A read receipt (RFC 8098), also a multipart/report."""
    return (
        f"From: ada@harbour.example\r\nTo: {TO}\r\nSubject: Read\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="m"\r\n\r\n'
        "--m\r\nContent-Type: text/plain\r\n\r\nRead.\r\n"
        "--m\r\nContent-Type: message/disposition-notification\r\n\r\n"
        "Final-Recipient: rfc822;ada@harbour.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        f"Original-Message-ID: {message_id}\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n\r\n"
        f"--m\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n\r\n--m--\r\n"
    ).encode()


def answer(message_id: str) -> bytes:
    """What a person writes."""
    return (
        f"From: ada@harbour.example\r\nTo: {TO}\r\nIn-Reply-To: {message_id}\r\n\r\nThank you!\r\n".encode()
    )
