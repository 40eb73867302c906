/** Apache: one `.htaccess` with mod_rewrite and mod_headers. The output may be served from any folder or Alias. */
import { ACCEPTS_AVIF } from './accept.js'
import { toPattern } from './location.js'
import type { FormatRules, Location } from './rule.js'

export function formatApache(location: Location): FormatRules {
  return {
    files: [
      {
        name: '.htaccess',
        text: formatHtaccess(location),
        about:
          'Put it into public/, or before the rules of the .htaccess that is there: the build copies it to the output.',
      },
    ],
  }
}

/**
 * Without `<IfModule>`: a module that is not loaded shows at the first request, in the log by its directive, and not as one picture for all
 * browsers out of some cache.
 */
function formatHtaccess({ folder }: Location): string {
  const pictures = toPattern(folder)
  return `# Needs mod_rewrite, mod_headers, and in the server's configuration
#   AllowOverride FileInfo Options=MultiViews
# The paths are those below this file, so that there is no base path in them.

# Else mod_negotiation answers first, and gives AVIF to clients that only say */*.
Options -MultiViews
AddType image/avif .avif
AddType image/webp .webp

RewriteEngine On
# Named, and not with q=0.
RewriteCond %{HTTP_ACCEPT} "${ACCEPTS_AVIF}" [NC]
RewriteCond %{REQUEST_FILENAME}.avif -f
RewriteRule "^(${pictures}/.+)$" "$1.avif" [END]

RewriteCond %{REQUEST_FILENAME}.webp -f
RewriteRule "^(${pictures}/.+)$" "$1.webp" [END]

Header merge Vary Accept "expr=%{REQUEST_URI} =~ m#/${pictures}/.+\\.(?:avif|webp)$#"
`
}
