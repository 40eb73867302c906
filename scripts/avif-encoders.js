// `node scripts/avif-encoders.js [--required]`: puts the shared libraries of SVT-AV1 and libaom beside the addon, which loads them for AVIF. They lie in wheels of
// PyPI, built without anything but libc; pip finds and downloads the wheels, and nothing is used whose digest is not the one written here. Nothing of pixmill
// needs them: where one cannot be had, a line says so and AVIF is made without it, unless they are `--required`. Never replaces a library of the right digest.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { root } from './command.js'

/** `wheels`: by platform, processor and libc, the file in the wheel and the SHA-256 of both. */
export const LIBRARIES = {
  svtAv1: {
    title: 'SVT-AV1',
    file: 'libSvtAv1Enc.so.4',
    licence: 'SVT-AV1.LICENSE.txt',
    without: 'AVIF of photographs will be larger or slower',
    // SVT-AV1 4.1.0.
    project: 'av==18.1.0',
    wheels: {
      'linux-x64-glibc': {
        tag: 'manylinux_2_28_x86_64',
        wheel: '8a032e8d8ebc73dec079364b9b4a6837638a2d106e8472314e685ffbf163e700',
        member: 'av.libs/libSvtAv1Enc-9393c086.so.4.1.0',
        library: '9cb5f57196143427c5f165f98b88a174e06c592e5a884507f5adcd8b20472414',
      },
      'linux-arm64-glibc': {
        tag: 'manylinux_2_28_aarch64',
        wheel: '6fc837cc51adf80331ac850779cd53b5d4c4460b0ebe9057a02a921c6736f19d',
        member: 'av.libs/libSvtAv1Enc-58030e1d.so.4.1.0',
        library: '3f31be6f10380d04e5809ded2b37a7c7790585715c27990b7736db808fa2afce',
      },
      'linux-x64-musl': {
        tag: 'musllinux_1_2_x86_64',
        wheel: '191224788d87af06c31784a395bb73f14b72f33d7f4871ace0157de2abdc6276',
        member: 'av.libs/libSvtAv1Enc-164fd41b.so.4.1.0',
        library: 'f1ace7c09dfc041073e624a6a524048c6d6fae3ec7d6692802677baa73258f3a',
      },
    },
  },
  libaom: {
    title: 'libaom',
    file: 'libaom.so.3',
    licence: 'libaom.LICENSE.txt',
    without: 'AVIF of graphics will be larger',
    // libaom 3.13.1.
    project: 'imagecodecs==2026.3.6',
    wheels: {
      'linux-x64-glibc': {
        tag: 'manylinux_2_28_x86_64',
        wheel: 'e30a14aa2e1c6c90e00375292726486c1d90bf003b1414d608ea4d1f62fd8a79',
        member: 'imagecodecs.libs/libaom-391a2213.so.3.13.1',
        library: 'b08050c929ff3fd8946da65c82e1d4df86df5301777b7d9c416d82a68aeaa987',
      },
      'linux-arm64-glibc': {
        tag: 'manylinux_2_28_aarch64',
        wheel: '30fa140bb1a112a889926af36977214ed52a22e4557356043259b5e2f79cfba5',
        member: 'imagecodecs.libs/libaom-fd37fdd7.so.3.13.1',
        library: 'e2d1e10d0ad3c05371f4b7cdf973506630e1e28462fe705060cc678c943b7157',
      },
    },
  },
}

const UNZIP = 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))'
const MAX_LIBRARY_BYTES = 64 << 20

const call = promisify(execFile)

/** Downloads and extracts one of `LIBRARIES` unless it is there. Says what it did; throws where it cannot be had. */
export async function fetchLibrary(
  { file, project, wheels },
  { target = join(root, file), platform = detectPlatform(), python = 'python3' } = {},
) {
  const source = wheels[platform]
  if (source === undefined) {
    throw new Error(`Expected one of ${Object.keys(wheels).join(', ')} for the platform but received ${platform}`)
  }
  const present = await readFile(target).catch(() => undefined)
  if (present !== undefined && digest(present) === source.library) return 'is there'
  const folder = await mkdtemp(join(tmpdir(), 'pixmill-encoder-'))
  try {
    const wheel = await download(project, source, folder, python)
    const { stdout } = await call(python, ['-c', UNZIP, wheel, source.member], {
      encoding: 'buffer',
      maxBuffer: MAX_LIBRARY_BYTES,
    })
    check(source.member, stdout, source.library)
    // A process may have the old one mapped: it keeps its file.
    await writeFile(`${target}.new`, stdout, { mode: 0o755 })
    await rename(`${target}.new`, target)
    return 'was downloaded'
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function download(project, { tag, wheel }, folder, python) {
  const [name, version] = project.split('==')
  const kind = ['--no-deps', '--only-binary=:all:', '--implementation=cp', '--python-version=311', '--abi=abi3']
  const options = ['--quiet', '--disable-pip-version-check', `--platform=${tag}`, `--dest=${folder}`]
  await call(python, ['-m', 'pip', 'download', ...kind, ...options, project])
  const path = join(folder, `${name}-${version}-cp311-abi3-${tag}.whl`)
  check(path, await readFile(path), wheel)
  return path
}

function check(name, bytes, expected) {
  const received = digest(bytes)
  if (received !== expected) throw new Error(`Expected SHA-256 ${expected} for ${name} but received ${received}`)
}

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex')

function detectPlatform() {
  const libc = process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc'
  return `${process.platform}-${process.arch}${process.platform === 'linux' ? `-${libc}` : ''}`
}

/** The last line of what pip says is the one that tells. */
const toReason = ({ stderr, message }) => (String(stderr ?? '').trim() || message).split('\n').at(-1)

async function main(args) {
  const isRequired = args.includes('--required')
  for (const library of Object.values(LIBRARIES)) {
    try {
      console.log(`${library.title} ${await fetchLibrary(library)}: ${library.file}`)
    } catch (error) {
      console.error(`${library.title} cannot be had, ${library.without}: ${toReason(error)}`)
      if (isRequired) process.exitCode = 1
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2))
