/** `remotePatterns` and `domains`: host, protocol, port, path, search; how URLs are read before they are matched. */
import { at, group, picture } from './request.js'

export const remote = [
  ...group('default', at('http://cdn.test/a.png', picture('127.0.0.1'), 'https://127.0.0.1/a.png')),
  ...group('remote', [
    ...at(
      picture('cdn.test'),
      picture('CDN.TEST'),
      picture('Cdn.Test'),
      picture('cdn.test.'),
      picture('xcdn.test'),
      picture('x.cdn.test'),
    ),
    ...at(
      picture('cdn.test.evil.test'),
      picture('cdn.test@evil.test'),
      picture('user:pw@cdn.test'),
      picture('user@cdn.test'),
    ),
    ...at(
      picture('cdn.test').replace('http:', 'https:'),
      picture('cdn.test').replace('http:', 'HTTP:'),
      'http://cdn.test/a.png',
    ),
    ...at(
      'http://cdn.test:1/api/up/photo.png',
      'https://cdn.test/api/up/photo.png',
      picture('cdn.test').replace('//', '/\\'),
    ),
    ...at(picture('cdn.test').replace('http://', 'http:/'), picture('cdn.test').replace('http://', 'http:\\\\')),
    ...at(picture('cdn.test').replace('http://', 'http:')),
    ...at(
      picture('c%64n.test'),
      picture('cdn。test'),
      picture('ｃｄｎ.test'),
      picture('cdn.te\tst'),
      picture('cdn.test%00'),
    ),
    ...at(
      ` ${picture('cdn.test')}`,
      `${picture('cdn.test')} `,
      `${picture('cdn.test')}\n`,
      picture('cdn.test', '/api/up/a b.png'),
    ),
    ...at(
      picture('cdn.test', '/other/a.png'),
      picture('cdn.test', '/api/up/../../other/a.png'),
      picture('cdn.test', '/x/../api/up/a.png'),
    ),
    ...at(
      picture('cdn.test', '/api/up/%2e%2e/a.png'),
      picture('cdn.test', '/api/up/..%2f..%2fother.png'),
      picture('cdn.test', '/api/up'),
    ),
    ...at(
      picture('cdn.test', '/api/up/'),
      picture('cdn.test', '/api/up/.hidden.png'),
      picture('cdn.test', '/api/up/deep/er/a.png'),
    ),
    ...at(
      picture('cdn.test', '/api/up/a.png?x=1'),
      picture('cdn.test', '/api/up/a.png#x'),
      picture('cdn.test', '/api/up/é.png'),
    ),
    ...at(
      picture('cdn.test', '/API/up/a.png'),
      picture('cdn.test', '/api\\up\\a.png'),
      picture('cdn.test', '//api/up/a.png'),
    ),
    ...at(picture('bücher.test'), picture('xn--bcher-kva.test'), picture('BÜCHER.test')),
    ...at(
      picture('a.wild.test'),
      picture('a.b.wild.test'),
      picture('wild.test'),
      picture('.wild.test'),
      picture('awild.test'),
    ),
    ...at(
      picture('a.deep.test'),
      picture('a.b.deep.test'),
      picture('a.b.c.deep.test'),
      picture('deep.test'),
      picture('adeep.test'),
    ),
    ...at(
      picture('one.set.test'),
      picture('two.set.test'),
      picture('three.set.test'),
      picture('img1.num.test'),
      picture('imgx.num.test'),
    ),
    ...at(picture('port.test'), 'http://port.test/a.png', 'http://port.test:80/a.png', 'http://noport.test:8080/a.png'),
    ...at('http://noport.test:1/api/up/a.png', 'https://secure.test:8443/a.png', 'http://secure.test:8443/a.png'),
    ...at(
      picture('search.test', '/a.png?v=1'),
      picture('search.test', '/a.png?v=2'),
      picture('search.test', '/a.png'),
      picture('search.test', '/a.png?'),
    ),
    ...at(
      picture('nosearch.test', '/a.png'),
      picture('nosearch.test', '/a.png?v=1'),
      picture('nosearch.test', '/a.png?'),
    ),
    ...at(
      picture('star.test', '/x/a.png'),
      picture('star.test', '/x/y/a.png'),
      picture('star.test', '/x/.a.png'),
      picture('star.test', '/a.png'),
    ),
    ...at(
      picture('127.0.0.1'),
      picture('127.0.0.2'),
      picture('0x7f.0.0.1'),
      picture('2130706433'),
      picture('127.1'),
      picture('0177.0.0.1'),
    ),
    ...at(
      picture('domain.test'),
      picture('x.domain.test'),
      picture('DOMAIN.TEST'),
      picture('domain.test', '/any/path.png?x=1'),
    ),
    ...at('https://domain.test:1/a.png', picture('domain.test.'), picture('[::1]'), picture('localhost'), picture('')),
  ]),
  ...group(
    'remote-any',
    at(
      picture('any.test'),
      picture('a.b.c.test'),
      'https://any.test:1/x.png',
      picture('127.0.0.3'),
      picture('any.test', '/.x/a.png'),
    ),
  ),
  ...group(
    'remote-https',
    at(picture('cdn.test'), picture('cdn.test').replace('http:', 'https:'), 'http://cdn.test/a.png'),
  ),
  ...group('remote-any', [
    ...at(
      'http://cdn.test.:{port}/api/up/photo.png',
      'http://any.test:{port}',
      'http://any.test:{port}?x=1',
      'http://any.test:{port}#x',
    ),
    ...at(
      'http://any.test:{port}/a b.png',
      'http://any.test:{port}/a|b.png',
      'http://any.test:{port}/a%zz.png',
      'http://any.test:{port}/"a.png',
    ),
    ...at('http://any.test:0{port}/a.png', 'http://any..test:{port}/a.png', 'http://-any.test:{port}/a.png'),
    ...at(
      'http://any_x.test:{port}/a.png',
      'http://xn--.test:{port}/a.png',
      'http://%E7%8C%AB.test:{port}/a.png',
      'http://a%2Fb.test:{port}/a.png',
    ),
  ]),
]
