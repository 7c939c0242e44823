/**
 * Whether a notification's toast is on screen.
 *
 * JupyterLab says nothing about a toast that was hidden; its element bears the notification's id.
 */
export function isToastVisible(id: string): boolean {
  return document.getElementById(id) !== null;
}
