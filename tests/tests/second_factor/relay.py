"""A relay for mail: aiosmtpd, with STARTTLS and a login before anything else. It prints its port, then each mail as a line of JSON.

Arguments: the directory with `relay.pem` and `relay.key`, and what it does with a mail: `take`, `busy` (451) or `refuse` (550).
"""

import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

directory, does = sys.argv[1:]


def tell(what):
    print(json.dumps(what), flush=True)


class Handler:
    async def handle_DATA(self, server, session, envelope):
        if does != "take":
            return "451 later" if does == "busy" else "550 never"
        tell({
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "text": envelope.content.decode("ascii"),
            "tls": session.ssl is not None,
            "user": session.auth_data.decode() if session.auth_data else None,
        })
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    right = data.login == b"sbm" and data.password == b"relay kettle 7"
    return AuthResult(success=right, handled=right, auth_data=data.login)


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{directory}/relay.pem", f"{directory}/relay.key")

    def session():
        return SMTP(Handler(), hostname="localhost", tls_context=context, require_starttls=True, auth_required=True,
                    authenticator=authenticate)

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    tell(server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main())
