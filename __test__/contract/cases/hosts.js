/** Which hosts may be asked: globs, private addresses, and where a redirect may lead. */
import { at, group, picture, query, up } from './request.js'

export const hosts = [
  ...group('globs', [
    ...at(
      picture('exact.test', '/a.png'),
      picture('exact.test', '/b.png'),
      picture('exact.test', '/a.png/'),
      picture('exact.test', '/a.png?x=1'),
    ),
    ...at(
      picture('middle.test', '/a/z.png'),
      picture('middle.test', '/a/b/z.png'),
      picture('middle.test', '/a/b/c/z.png'),
      picture('middle.test', '/z.png'),
    ),
    ...at(
      picture('ends.test', '/z.png'),
      picture('ends.test', '/a/z.png'),
      picture('ends.test', '/a/z.jpg'),
      picture('ends.test', '/.a/z.png'),
    ),
    ...at(
      picture('double.test', '/x'),
      picture('double.test', '/x/'),
      picture('double.test', '/x/y/z'),
      picture('double.test', '/xy'),
    ),
    ...at(
      picture('everything.test', '/'),
      picture('everything.test', '/a/b/.c'),
      picture('everything.test', '//a'),
      picture('everything.test', '/a%2F..%2Fb'),
    ),
    ...at(
      picture('star.a.test'),
      picture('star.a.b.test'),
      picture('star..test'),
      picture('ab.test'),
      picture('ac.test'),
      picture('ad.test'),
      picture('a.test'),
    ),
    ...at(
      picture('x.one.test'),
      picture('xy.one.test'),
      picture('yes.neg.test'),
      picture('no.neg.test'),
      picture('upper.test'),
      picture('UPPER.test'),
    ),
    ...at(picture('Domain.test'), picture('domain.test'), picture('bücher.test'), picture('xn--bcher-kva.test')),
  ]),
  ...group('one-label', at(picture('localhost'), picture('a.test'), picture('127.0.0.1'), picture('a.b.test'))),
  ...group('private', [
    ...at(
      picture('127.0.0.1'),
      picture('localhost'),
      picture('cdn.test'),
      picture('127.1'),
      picture('2130706433'),
      picture('0x7f000001'),
    ),
    ...at(
      picture('[::1]'),
      picture('[::ffff:127.0.0.1]'),
      picture('[::ffff:7f00:1]'),
      picture('10.0.0.1'),
      picture('192.168.1.1'),
    ),
    ...at(
      picture('172.16.0.1'),
      picture('169.254.169.254'),
      picture('100.64.0.1'),
      picture('0.0.0.0'),
      picture('0'),
      picture('224.0.0.1'),
    ),
    ...at(
      picture('255.255.255.255'),
      picture('192.0.2.1'),
      picture('198.18.0.1'),
      picture('[fe80::1]'),
      picture('[fc00::1]'),
      picture('[::]'),
    ),
    ...at(
      picture('[2001:db8::1]'),
      picture('[64:ff9b::7f00:1]'),
      picture('[2002:7f00:1::]'),
      picture('[::127.0.0.1]'),
      picture('127.0.0.1.'),
    ),
  ]),
  ...group('redirected', [
    [
      'redirect to an allowed host',
      query(up({ s: 302, h: { location: 'http://two.test:{port}/api/up/x.png' } }, 'one.test:{port}')),
    ],
    [
      'redirect to a host that is not allowed',
      query(up({ s: 302, h: { location: 'http://other.test:{port}/api/up/x.png' } }, 'one.test:{port}')),
    ],
    [
      'redirect to a path that is not allowed',
      query(up({ s: 302, h: { location: '/other/x.png' } }, 'one.test:{port}')),
    ],
    ['redirect to another scheme', query(up({ s: 302, h: { location: 'ftp://two.test/x.png' } }, 'one.test:{port}'))],
    ['redirect to a file', query(up({ s: 302, h: { location: 'file:///etc/passwd' } }, 'one.test:{port}'))],
    ['redirect to data', query(up({ s: 302, h: { location: 'data:image/png;base64,AAAA' } }, 'one.test:{port}'))],
  ]),
]
