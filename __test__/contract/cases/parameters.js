/** `url`, `w` and `q`: presence, repetition, spelling, range, order of the checks. */
import { group, query } from './request.js'
import { url, urls } from './urls.js'

const a = 'url=%2Frgb.png'
const width = (written) => [`w=${written}`, `${a}&w=${written}&q=75`]
const quality = (written) => [`q=${written}`, `${a}&w=640&q=${written}`]

const PRESENCE = [
  ['no query', ''],
  ['no url', 'w=640&q=75'],
  ['url without equals sign', 'url&w=640&q=75'],
  ['empty url', url('')],
  ['two urls', `${a}&${a}&w=640&q=75`],
  ['two urls, one empty', `${a}&url=&w=640&q=75`],
  ['two urls, the first empty', `url=&${a}&w=640&q=75`],
  ['url in brackets', 'url[]=%2Frgb.png&w=640&q=75'],
  ['URL in capitals', 'URL=%2Frgb.png&w=640&q=75'],
  ['no w', `${a}&q=75`],
  ['empty w', `${a}&w=&q=75`],
  ['two w', `${a}&w=640&w=750&q=75`],
  ['two w that agree', `${a}&w=640&w=640&q=75`],
  ['W in capitals', `${a}&W=640&q=75`],
  ['no q', `${a}&w=640`],
  ['empty q', `${a}&w=640&q=`],
  ['two q', `${a}&w=640&q=75&q=75`],
  ['Q in capitals', `${a}&w=640&Q=75`],
  ['parameters in another order', 'q=75&w=640&url=%2Frgb.png'],
  ['unknown parameters', `${query('/rgb.png')}&h=10&f=avif&blur=1`],
  ['deployment id', `${query('/rgb.png')}&dpl=dpl_1`],
  ['prototype names', `${query('/rgb.png')}&__proto__=1&constructor=2&toString=3`],
  ['__proto__ twice', `${query('/rgb.png')}&__proto__=1&__proto__=2`],
  ['two thousand parameters', `${'a=1&'.repeat(2000)}${query('/rgb.png')}`],
  ['names of the router', `${query('/rgb.png')}&_rsc=1&__nextLocale=x&nxtPurl=%2Fx&nxtIw=1&__nextDataReq=1`],
  ['empty pairs', `&&${query('/rgb.png')}&&`],
  ['semicolons do not separate', 'url=%2Frgb.png;w=640;q=75'],
  ['a second question mark', `?${query('/rgb.png')}`],
  ['encoded names', '%75rl=%2Frgb.png&%77=640&%71=75'],
  ['encoded digits', `${a}&w=%36%34%30&q=%37%35`],
  ['url not encoded', 'url=/rgb.png&w=640&q=75'],
  ['url encoded twice', url('%252Frgb.png')],
  ['file name encoded twice', url('%2Frgb%252Epng')],
]

const ORDER = [
  ['url is told before w', 'url=&w=foo&q=foo'],
  ['w is told before q', `${a}&w=foo&q=foo`],
  ['a missing q is told before a wrong w', `${a}&w=641`],
  ['a word for q is told before a wrong w', `${a}&w=641&q=foo`],
  ['a wrong w is told before a wrong q', `${a}&w=641&q=33`],
  ['w 0 is told before q 0', `${a}&w=0&q=0`],
  ['url not allowed is told before w', 'url=https%3A%2F%2Fno.test%2Fa.png&w=foo&q=75'],
  ['a missing file is told last', query('/missing.png', '641')],
  ['a missing file', query('/missing.png')],
]

const WIDTHS =
  '640 +640 %2B640 %20640 640%20 640+ 0640 000640 640.0 640.5 64e1 6.4e2 1e3 0x280 0b1 -640 0 00 -0 640px px foo NaN null'
const MORE_WIDTHS =
  'Infinity true %00640 640%00 640%0A 640%2C750 640;750 640%26 %D9%A6%D9%A4%D9%A0 %EF%BC%96%EF%BC%94%EF%BC%90'
const SIZES =
  '1 8 16 31 32 33 48 64 96 128 256 384 385 639 641 750 828 1080 1200 1920 2048 3840 3841 4096 16384 65536 99999999999999999999'
const QUALITIES =
  '75 075 00075 75.0 75.5 7.5e1 +75 %2B75 %2075 75%20 -75 0 00 1 50 70 74 76 80 99 100 101 256 075.0 foo 0x4b 75%25'
const MORE_QUALITIES = '1e2 080 0100 75%00 %D9%A7%D9%A5 99999999999999999999 null'

const split = (list) => list.split(' ')

export const parameters = group('default', [
  ...PRESENCE,
  ...ORDER,
  ...urls,
  ...split(`${WIDTHS} ${MORE_WIDTHS} ${SIZES}`).map(width),
  ...split(`${QUALITIES} ${MORE_QUALITIES}`).map(quality),
])

const sized = (config, pairs) =>
  group(
    config,
    pairs.map(([w, q]) => [`${config}: w=${w} q=${q}`, `${a}&w=${w}&q=${q}`]),
  )
const rows = (widths, qualities) => widths.flatMap((w) => qualities.map((q) => [w, q]))

export const configured = [
  ...sized('sizes', rows([16, 100, 500, 640, 8], [75])),
  ...sized('qualities', rows([640], [1, 10, 50, 75, 100, '050', '010'])),
  ...sized('any', rows([640, 500], [1, 33, 75, 100, 0, 101])),
  ...sized('no-sizes', rows([32, 640], [75])),
]
