// The property panel without what does not run here, and its large editor with a title that people understand.

/** Groups of settings that publishing refuses or that have no effect; see the profile of the diagrams. */
const LEFT_OUT = new Set(['Zeebe__ExecutionListeners', 'Zeebe__TaskListeners', 'jobPriorityDefinition', 'businessId', 'userTaskImplementation'])
/** Single settings of that kind: forms and decisions are those of the deployment, called processes the newest. */
const ENTRIES_LEFT_OUT = /bindingType|variableEvents/i
const AFTER_ALL_OTHERS = 100

/** @typedef {{ id: string, entries?: { id: string }[] }} Group */

class OnlyWhatRuns {
  /** @param {any} propertiesPanel */
  constructor(propertiesPanel) {
    propertiesPanel.registerProvider(AFTER_ALL_OTHERS, this)
  }

  getGroups() {
    return (/** @type {Group[]} */ groups) => groups.filter(({ id }) => !LEFT_OUT.has(id)).map((group) => (
      group.entries ? { ...group, entries: group.entries.filter(({ id }) => !ENTRIES_LEFT_OUT.test(id)) } : group))
  }
}
OnlyWhatRuns.$inject = ['propertiesPanel']

/** The library heads its large editor "bpmn:UserTask / …"; say which task instead. */
class EditorTitle {
  /**
   * @param {any} eventBus
   * @param {any} selection
   * @param {(text: string) => string} translate
   */
  constructor(eventBus, selection, translate) {
    eventBus.on('feelPopup.opened', (/** @type {{ domNode: HTMLElement }} */ { domNode }) => {
      const title = domNode.querySelector('.bio-properties-panel-popup__title')
      const [element] = selection.get()
      if (title) title.textContent = [element?.businessObject?.name, afterSlash(title.textContent ?? '')].filter(Boolean).join(' · ')
      domNode.querySelector('.bio-properties-panel-popup__close')?.setAttribute('title', translate('Save and close'))
    })
  }
}
EditorTitle.$inject = ['eventBus', 'selection', 'translate']

function afterSlash(/** @type {string} */ title) {
  return title.slice(title.indexOf(' / ') + 1).replace(/^\/ /, '')
}

/** A diagram-js module. */
export const ourPanel = {
  __init__: ['onlyWhatRuns', 'editorTitle'],
  onlyWhatRuns: ['type', OnlyWhatRuns],
  editorTitle: ['type', EditorTitle],
}
