/** nginx: a map of `Accept` for the http block, and a location for the server block. Knows no folder of the machine. */
import { ACCEPTS_AVIF } from './accept.js'
import { toPattern } from './location.js'
import type { FormatRules, Location } from './rule.js'

export function formatNginx(location: Location): FormatRules {
  return {
    files: [
      {
        name: 'pixmill-http.conf',
        text: HTTP,
        about: 'Include it in the http block, once however many sites there are: /etc/nginx/conf.d/ is read there.',
      },
      {
        name: 'pixmill-server.conf',
        text: formatServer(location),
        about: "Include it in the server block of the site, whose root is the export's output.",
      },
    ],
  }
}

const HTTP = `map $http_accept $pixmill_extension {
  # Named, and not with q=0.
  "~*${ACCEPTS_AVIF}" ".avif";
  default ".webp";
}
`

function formatServer({ path, basePath }: Location): string {
  return `# ^~ so that no regular expression of this server takes them, such as one that marks files as immutable.
location ^~ ${path}/ {
  types {
    image/avif avif;
    image/webp webp;
    application/json json;
  }
  # With one add_header here, those of the server block do not count: repeat the ones you need.
  add_header Vary Accept;
${basePath === '' ? `  ${TRY}\n` : formatBased(basePath)}}
`
}

const TRY = 'try_files $uri$pixmill_extension $uri.webp $uri =404;'

/**
 * The output lies in a folder named like the base path, or it is the root itself: either is found. The capture has a name, because the map
 * is a regular expression too and takes the numbers.
 */
function formatBased(basePath: string): string {
  return `  # Where another location serves ${basePath}/ with alias, name the same folder here: root /var/www/out;
  location ~ ^${toPattern(basePath)}(?<pixmill_file>/.+)$ {
    try_files $uri$pixmill_extension $pixmill_file$pixmill_extension $uri.webp $pixmill_file.webp $uri $pixmill_file =404;
  }
`
}
