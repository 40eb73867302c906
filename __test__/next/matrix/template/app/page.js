import Image from 'next/image'
import imported from '../pictures/imported.png'

export default function Page() {
  return (
    <main>
      <Image src={imported} alt="static import" placeholder="blur" sizes="100vw" />
      <Image src="/public.png" alt="public folder" width={600} height={400} quality={60} priority />
      <Image src={process.env.REMOTE_PICTURE} alt="remote" width={120} height={80} />
      <Image src="/api/avatar" alt="answered by the app" width={64} height={64} />
      <Image src="/logo.svg" alt="vector" width={64} height={64} />
    </main>
  )
}
