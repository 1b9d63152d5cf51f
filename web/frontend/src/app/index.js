// What every page needs: requests without a full reload, dialogs, keyboard, uploads. Forms and diagrams come later.
import { startDialogs } from './dialogs.js'
import { startDrafts } from './drafts.js'
import { startFilters } from './filters.js'
import { startKeyboard } from './keyboard.js'
import { startParts } from './parts.js'
import { startPreviews } from './previews.js'
import { startPrinting } from './printing.js'
import { startRequests } from './requests.js'
import { startTaskForm } from './task_form.js'
import { startTimes } from './times.js'
import { startUploads } from './uploads.js'

startRequests()
startDialogs()
startFilters()
startKeyboard()
startParts()
startPreviews()
startPrinting()
startDrafts()
startTaskForm()
startTimes()
startUploads()
