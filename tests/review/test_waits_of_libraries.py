"""Libraries that wait for ever by themselves, each beside the same code with the time-out that it takes."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

OAUTH = """from requests_oauthlib import OAuth2Session


def callback(url):
    session = OAuth2Session("id", redirect_uri="https://shop.example.com")
    session.fetch_token(url, client_secret="s"%s)
"""
MAILBOX = """import imaplib


def unread(host):
    return imaplib.IMAP4_SSL(host%s).search(None, "UNSEEN")
"""
LDAP_PHP = """<?php
function login($user, $word) {
    $connection = ldap_connect('ldap://directory');
    ldap_set_option($connection, %s);
    return ldap_bind($connection, $user, $word);
}
"""
LDAP_JS = """import { Client } from 'ldapts';

export async function login(name, word) {
  const client = new Client({ url: 'ldap://directory'%s });
  await client.bind(name, word);
}
"""
LDAP_RUST = """use ldap3::{LdapConn, LdapConnSettings};

pub fn login(name: &str, word: &str) -> ldap3::result::Result<()> {
    let mut ldap = %s;
    ldap.simple_bind(name, word)?.success()?;
    Ok(())
}
"""
PROXIED = """pub async fn fetch(url: &str) -> reqwest::Result<String> {
    let client = reqwest::Client::builder().%s(std::time::Duration::from_secs(5)).build()?;
    client.get(url).send().await?.text().await
}
"""
OIDC = """package login

import (
	"context"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

func discover(ctx context.Context) (*oidc.Provider, error) {
	%s
	return oidc.NewProvider(ctx, "https://id.example.com")
}
"""
GIVEN = "ctx = oidc.ClientContext(ctx, &http.Client{Timeout: 5 * time.Second})"
TRANSPORT = """package feeds

import "net/http"

func fetch(url string) (*http.Response, error) {
	client := &http.Client{Transport: &http.Transport{}%s}
	return client.Get(url)
}
"""
ELSEWHERE = """package rates

import (
	"net/http"
	"time"
)

var client = &http.Client{Timeout: 5 * time.Second}
"""
DEADLINE = """
func load(ctx context.Context) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return ask(ctx)
}
"""
SHELL = """package a;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.Session;
class Shell {
  void open(String host) throws Exception {
    Session session = new JSch().getSession("deploy", host, 22);
    session.connect(%s);
  }
}
"""
HUTOOL = """package a;
import cn.hutool.http.HttpUtil;
class Rates {
  String today() { return HttpUtil.get("https://rates.example.com"%s); }
}
"""
ACCOUNT = """package a;
import cn.hutool.extra.mail.Mail;
import cn.hutool.extra.mail.MailAccount;
class Mailer {
  void send(String to, String text) {
    MailAccount account = new MailAccount();
    account.%s;
    Mail.create(account).setTos(to).setContent(text).send();
  }
}
"""
COMMONS = """package a;
import javax.mail.MessagingException;
%s
class Mailer {
  void send(%s) throws MessagingException { %s; }
}
"""
WEB_CLIENT = """using System.Net;
using System.Threading.Tasks;
public class Updates
{
    public async Task Load(string url)
    {
        var client = new WebClient();
        %s;
    }
}
"""

NEST = """import { Injectable } from '@nestjs/common';
import { HttpService } from '@nestjs/axios';

@Injectable()
export class Rates {
  constructor(private readonly httpService: HttpService) {}

  async today() {
    return this.httpService.get('https://rates.example.com').toPromise();
  }
}
"""
NEST_MODULE = """import { Module } from '@nestjs/common';
import { HttpModule } from '@nestjs/axios';
import { Rates } from './rates';

@Module({ imports: [%s], providers: [Rates] })
export class RatesModule {}
"""
SOCKET = """package mail

import (
	"crypto/tls"
	"net"
	"time"
)

func open(host string) (net.Conn, error) {
	%s
}
"""

PAIRS = [
    pytest.param({"a.py": OAUTH % ""}, {"a.py": OAUTH % ", timeout=5"}, id="requests with tokens"),
    pytest.param({"a.py": MAILBOX % ""}, {"a.py": MAILBOX % ", timeout=5"}, id="a mailbox"),
    pytest.param({"a.php": LDAP_PHP % "LDAP_OPT_REFERRALS, 0"}, {"a.php": LDAP_PHP % "LDAP_OPT_NETWORK_TIMEOUT, 5"}, id="a directory in PHP"),
    pytest.param({"a.ts": LDAP_JS % ""}, {"a.ts": LDAP_JS % ", timeout: 5000"}, id="a directory in TypeScript"),
    pytest.param(
        {"src/a.rs": LDAP_RUST % 'LdapConn::new("ldap://directory")?'},
        {"src/a.rs": LDAP_RUST % 'LdapConn::with_settings(LdapConnSettings::new().set_conn_timeout(limit), "ldap://directory")?'},
        id="a directory in Rust",
    ),
    pytest.param({"src/a.rs": PROXIED % "connect_timeout"}, {"src/a.rs": PROXIED % "timeout"}, id="only connecting ends"),
    pytest.param({"a.go": OIDC % "_ = time.Now()"}, {"a.go": OIDC % GIVEN}, id="the provider of a login"),
    pytest.param(
        {"a.go": TRANSPORT % "", "rates/b.go": ELSEWHERE},
        {"a.go": TRANSPORT % ", Timeout: 5", "rates/b.go": ELSEWHERE},
        id="a client of its own, beside one that ends",
    ),
    pytest.param(
        {"a.go": TRANSPORT % "", "rates/b.go": ELSEWHERE},
        {"a.go": TRANSPORT % "" + DEADLINE, "rates/b.go": ELSEWHERE},
        id="a client whose requests have deadlines",
    ),
    pytest.param(
        {"rates.ts": NEST, "rates.module.ts": NEST_MODULE % "HttpModule"},
        {"rates.ts": NEST, "rates.module.ts": NEST_MODULE % "HttpModule.register({ timeout: 5000 })"},
        id="Nest's client, whose module says how long",
    ),
    pytest.param(
        {"a.go": SOCKET % 'return tls.Dial("tcp", host, &tls.Config{})'},
        {"a.go": SOCKET % 'return tls.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}, "tcp", host, &tls.Config{})'},
        id="a connection without a dialer",
    ),
    pytest.param({"a.java": SHELL % ""}, {"a.java": SHELL % "3000"}, id="a shell on another machine"),
    pytest.param({"a.java": HUTOOL % ""}, {"a.java": HUTOOL % ", 5000"}, id="Hutool's client"),
    pytest.param({"a.java": ACCOUNT % 'setHost("mail")'}, {"a.java": ACCOUNT % "setTimeout(5000)"}, id="Hutool's mail"),
    pytest.param(
        {"a.java": COMMONS % ("import org.springframework.mail.javamail.JavaMailSender;", "JavaMailSender mailSender", "mailSender.send(text)")},
        {"a.java": COMMONS % ("import org.apache.commons.mail.HtmlEmail;", "HtmlEmail email", "email.send()")},
        id="mail that ends after a minute by itself",
    ),
    pytest.param(
        {"a.cs": WEB_CLIENT % 'await client.DownloadFileTaskAsync(url, "a.zip")'},
        {"a.cs": WEB_CLIENT % 'client.DownloadFile(url, "a.zip")'},
        id="what WebClient does not end",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "right"), PAIRS)
def test_library_that_waits_for_ever(wrong: dict[str, str], right: dict[str, str]) -> None:
    assert told(wrong)
    assert not told(right)


def test_mail_names_where_its_sender_is_made() -> None:
    sender = """package a;
import org.springframework.mail.javamail.JavaMailSenderImpl;
class Config { JavaMailSenderImpl sender() { return new JavaMailSenderImpl(); } }
"""
    sends = COMMONS % ("import org.springframework.mail.javamail.JavaMailSender;", "JavaMailSender mailSender", "mailSender.send(text)")  # fmt: skip
    (found,) = told({"a.java": sends, "Config.java": sender})
    assert ("Config.java", 3) in {(spot.file, spot.line) for spot in found.path}


def told(files: dict[str, str]) -> list:
    rule = knowledge().rules["missing-timeout"]
    return list(review_model(model_of(files), [rule], Tier.DEFAULT).findings)
