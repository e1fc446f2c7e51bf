// Compares an export as Parquet with the same as JSON Lines, cell by cell:
//
//   node parquet-compare.mjs FOLDER-OF-PARQUET FOLDER-OF-JSONL
import { readFileSync } from 'node:fs'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

const [parquet, jsonl] = process.argv.slice(2)
const manifest = folder => JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8'))
let cells = 0

// plain is a cell as JSON has it: times in UTC, whole numbers, null where nothing is.
const plain = value => {
	if (value === undefined) return null
	if (value instanceof Date) return value.toISOString().replace(/\.?0*Z$/, 'Z')
	if (typeof value === 'bigint') return Number(value)
	return value
}

// text is a property as an export of tables has it: texts bare, all else as JSON.
const text = value => (value === undefined || value === null ? null : typeof value === 'string' ? value : JSON.stringify(value))

function same(where, got, want) {
	cells++
	if (got === want) return
	// What is complex is JSON in one cell, whose spelling is Graph's and not JavaScript's.
	try {
		if (JSON.stringify(sorted(JSON.parse(got))) === JSON.stringify(sorted(typeof want === 'string' ? JSON.parse(want) : want))) return
	} catch { /* it is no JSON */ }
	throw new Error(`${where}: Parquet has ${JSON.stringify(got)}, JSON Lines ${JSON.stringify(want)}`)
}

function sorted(value) {
	if (value === null || typeof value !== 'object') return value
	if (Array.isArray(value)) return value.map(sorted)
	return Object.fromEntries(Object.keys(value).sort().map(key => [key, sorted(value[key])]))
}

// The names of licences stand beside their ids in tables; JSON Lines keep what Graph tells.
const licenceNames = 'assignedLicenseNames'

for (const file of manifest(parquet).files) {
	const name = file.name.replace(/\.parquet$/, '')
	const rows = await parquetReadObjects({ file: await asyncBufferFromFile(`${parquet}/${file.name}`), compressors })
	const lines = readFileSync(`${jsonl}/${name}.jsonl`, 'utf8').split('\n').filter(line => line !== '').map(line => JSON.parse(line))
	if (rows.length !== file.rows || rows.length !== lines.length) throw new Error(`${file.name} has ${rows.length} rows, the manifest says ${file.rows}, JSON Lines have ${lines.length}`)
	rows.forEach((row, i) => {
		for (const { name: column } of file.schema) {
			if (column === licenceNames) continue
			const line = lines[i]
			const property = line.properties !== undefined && !(column in line)
			const want = property ? text(line.properties[column]) : line[column]
			same(`${file.name}, row ${i}, ${column}`, plain(row[column]), want === undefined ? null : want)
		}
	})
	console.log(`${file.name}: ${rows.length} rows`)
}
if (cells === 0) throw new Error('nothing was compared')
console.log(`ok: ${cells} cells are the same`)
