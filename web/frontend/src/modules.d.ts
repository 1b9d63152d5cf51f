// Libraries that ship no types.
declare module '@camunda/feel-builtins'
declare module 'bpmn-js-create-append-anything'
declare module 'bpmn-js-properties-panel'
declare module 'camunda-bpmn-js-behaviors/lib/camunda-cloud'
declare module 'dmn-js/lib/Modeler'
declare module 'dmn-js/lib/NavigatedViewer'
