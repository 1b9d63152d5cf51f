// Gives a diagram without layout one: BPMN on standard input, the same with its drawing on standard output.
import { layoutProcess } from 'bpmn-auto-layout'
import { text } from 'node:stream/consumers'

process.stdout.write(await layoutProcess(await text(process.stdin)))
