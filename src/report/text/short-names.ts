import type { Report } from '../../model/report.ts'
import { widthOf } from '../wrap.ts'
import type { Place } from './evidence.ts'

/** Long paths as their last part, where that is the name of only one of the report's files. */
export function shortNames(report: Report): Place {
  const origins = report.findings.flatMap(({ evidence }) =>
    evidence.flatMap(({ source }) => ('file' in source ? [source.file] : [])),
  )
  const sources = report.snapshots.map(({ source }) => source.replace(/#\d+$/, ''))
  const files = new Set([...origins, ...sources, ...report.unread.map(({ file }) => file)])
  const last = (file: string) => file.slice(file.lastIndexOf('/') + 1)
  const taken = [...files].map(last)
  return (file) => {
    const name = last(file)
    const unique = taken.filter((other) => other === name).length === 1
    return widthOf(file) > 24 && unique && name !== '' ? name : file
  }
}
