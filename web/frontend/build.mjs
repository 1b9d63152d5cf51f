// Builds the bundles into web/static/dist and writes manifest.json: logical name → hashed file name.
// `node build.mjs` once, `node build.mjs --watch` while working on the sources.
import { context } from 'esbuild'
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const dist = resolve(here, '../static/dist')
// Each row shares code within itself only: what the studio needs makes no other page heavier.
const entries = [['app', 'form', 'diagram'], ['studio', 'tables']]
const licences = 'licences.txt'

/** Give form-js our calendar: dd/mm/yyyy and the page's language instead of the browser's. */
const officeCalendar = {
  name: 'office-calendar',
  setup(build) {
    build.onResolve({ filter: /^flatpickr$/ }, ({ importer }) =>
      importer.includes('form-js-viewer') ? { path: join(here, 'src/form/calendar.js') } : undefined)
  },
}

/** Let the studio's libraries set their styles in the ways that the pages' policy allows; see src/design. */
const politeStyles = {
  name: 'polite-styles',
  setup(build) {
    for (const [library, ours] of [['domify', 'domify.js'], ['style-mod', 'style_mod.js']]) {
      const path = join(here, 'src/design', ours)
      build.onResolve({ filter: new RegExp(`^${library}$`) }, ({ importer }) => (importer === path ? undefined : { path }))
    }
    build.onLoad({ filter: /(Align|Distribute)ElementsIcons\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(/style="([^"]*)"/g, (_, styles) => asAttributes(styles)),
    }))
  },
}

/** Let the parts of the property panel that are handed no translation speak as the rest does. */
const oneTongue = {
  name: 'one-tongue',
  setup(build) {
    build.onLoad({ filter: /@bpmn-io\/properties-panel\/dist\/index\.esm\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const found = 'function translateFallback(template, replacements) {'
      if (!source.includes(found)) throw new Error('the property panel has no translateFallback any more')
      const contents = source.replace(found, `${found}\n  return sayAsTheEditor(template, replacements)`)
      return { contents: `import { say as sayAsTheEditor } from ${JSON.stringify(join(here, 'src/design/translate.js'))}\n${contents}` }
    })
  },
}

/** Lay what pdf.js fetches by itself beside the bundles: its worker, fonts, letters of other scripts, decoders. */
async function layOutPdfjs() {
  const library = join(here, 'node_modules/pdfjs-dist')
  const { version } = JSON.parse(await readFile(join(library, 'package.json'), 'utf8'))
  const folder = `pdfjs-${version}`
  await mkdir(join(dist, folder), { recursive: true })
  const taken = { standard_fonts: /./, cmaps: /./, wasm: /_fallback\.js$|LICENSE_.*OPENJPEG$/ }
  const lay = (from, file) => cp(join(library, from), join(dist, folder, file))
  for (const [part, wanted] of Object.entries(taken)) {
    const files = (await readdir(join(library, part))).filter((file) => wanted.test(file))
    await Promise.all(files.map((file) => lay(join(part, file), file === 'LICENSE' ? `LICENSE_${part}` : file)))
  }
  await lay('legacy/build/pdf.worker.min.mjs', 'pdf.worker.js') // every server knows the type of .js
  return folder
}

/** fill:none;stroke-width:100 → fill="none" stroke-width="100": in a drawing the same, and no inline style. */
function asAttributes(styles) {
  return styles.split(';').filter(Boolean).map((each) => each.replace(/^\s*([^:]+):\s*(.*)$/, '$1="$2"')).join(' ')
}

/** After each build write the manifest of all and clear away what the builds before left. */
const built = new Map()
const manifestOf = (row) => ({
  name: 'manifest',
  setup(build) {
    build.onEnd(async ({ metafile, errors }) => {
      if (errors.length || !metafile) return
      built.set(row, metafile)
      if (built.size === entries.length) await writeManifest([...built.values()])
    })
  },
})

async function writeManifest(metafiles) {
  const [outputs, inputs] = ['outputs', 'inputs'].map((part) => Object.assign({}, ...metafiles.map((each) => each[part])))
  const written = Object.keys(outputs).map((path) => basename(path))
  await replaceFile(join(dist, licences), await licencesOf(inputs))
  await replaceFile(join(dist, 'manifest.json'), JSON.stringify(logicalNames(outputs), null, 1) + '\n')
  await keepOnly(new Set([...written, licences, 'manifest.json', await layOutPdfjs()]))
}

/** Name entries and fonts as templates ask for them: app.js, app.css, be-vietnam-pro-latin-400-normal.woff2. */
function logicalNames(outputs) {
  const named = Object.entries(outputs).flatMap(([path, output]) => {
    const isEntry = Boolean(output.entryPoint)
    const isAsset = !isEntry && /\.(woff2|svg|png)$/.test(path)
    if (!isEntry && !isAsset) return []
    const file = basename(path)
    const logical = file.replace(/-[A-Z0-9]{8}(?=\.[a-z0-9]+$)/, '')
    return [[logical, file]]
  })
  return Object.fromEntries(named.sort(([a], [b]) => a.localeCompare(b)))
}

/** Everything that went into the bundles asks that its licence goes with it. */
async function licencesOf(inputs) {
  const found = Object.keys(inputs).map((path) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path))
  const folders = new Map(found.filter(Boolean).map(([folder, name]) => [name, join(here, folder)]))
  const texts = [...folders].sort(([a], [b]) => a.localeCompare(b)).map(async ([name, folder]) => {
    const { version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each))
    const text = file ? await readFile(join(folder, file), 'utf8') : license
    return `${name} ${version}\n\n${text.trim()}\n`
  })
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`)
}

/** Write beside and rename, so that a server reading at that moment sees the old file or the new one, whole. */
async function replaceFile(path, text) {
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}

async function keepOnly(files) {
  const present = await readdir(dist)
  await Promise.all(present.filter((file) => !files.has(file)).map((file) => rm(join(dist, file), { recursive: true })))
}

function report({ outputs }) {
  const rows = Object.entries(outputs).filter(([path]) => ['.js', '.css'].includes(extname(path)))
  for (const [path, { bytes }] of rows) console.log(`${(bytes / 1000).toFixed(1).padStart(8)} kB  ${basename(path)}`)
}

await mkdir(dist, { recursive: true })
const jobs = await Promise.all(entries.map((row) => context({
  absWorkingDir: here,
  entryPoints: row.flatMap((name) => [
    { in: `src/${name}/index.js`, out: name },
    { in: `src/styles/${name}.css`, out: name },
  ]),
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['chrome109', 'firefox115', 'safari16'],
  minify: true,
  sourcemap: false,
  metafile: true,
  legalComments: 'eof',
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  assetNames: '[name]-[hash]',
  loader: { '.woff2': 'file' },
  logOverride: { 'direct-eval': 'silent' }, // htmx's, never reached: allowEval is off
  plugins: [officeCalendar, politeStyles, oneTongue, manifestOf(row)],
})))
for (const job of jobs) {
  if (process.argv.includes('--watch')) {
    await job.watch()
  } else {
    const { metafile } = await job.rebuild()
    await job.dispose()
    report(metafile)
  }
}
